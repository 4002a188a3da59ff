/** Owns the shape of the history's database: what each version adds to the one before. */

/**
 * Samples hold counters as they stood, not their rises: what a counter rose between any two samples that are kept is
 * their difference, so old samples can be thinned without losing a count. Counters are REAL, as 64-bit ones may be
 * greater than what an integer of JavaScript holds.
 */
const first = `
CREATE TABLE labs (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,
  practice INTEGER NOT NULL,
  -- Readings up to this one are thinned.
  thinned INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE ports (
  id INTEGER PRIMARY KEY,
  lab INTEGER NOT NULL,
  node TEXT NOT NULL,
  number INTEGER NOT NULL,
  device TEXT NOT NULL,
  port TEXT NOT NULL,
  -- The state seen last, as JSON, and when.
  state TEXT,
  state_at INTEGER,
  UNIQUE (lab, node, number)
);
CREATE TABLE readings (
  id INTEGER PRIMARY KEY,
  lab INTEGER NOT NULL,
  at INTEGER NOT NULL,
  -- Time of the reading before, where nothing was missed since.
  follows INTEGER,
  -- 1 where counters went backwards after or before it: thinning leaves it.
  edge INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX readings_by_lab ON readings (lab, id);
CREATE INDEX readings_by_time ON readings (lab, at);
CREATE TABLE samples (
  port INTEGER NOT NULL,
  reading INTEGER NOT NULL,
  xmit_data REAL,
  rcv_data REAL,
  xmit_pkts REAL,
  rcv_pkts REAL,
  -- Counters above zero as JSON; NULL where they are not known.
  errors TEXT,
  PRIMARY KEY (port, reading)
) WITHOUT ROWID;
CREATE TABLE cables (
  lab INTEGER NOT NULL,
  cable TEXT NOT NULL,
  state TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (lab, cable)
) WITHOUT ROWID;
CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  lab INTEGER NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  device TEXT NOT NULL,
  port TEXT NOT NULL,
  cable TEXT,
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  text TEXT NOT NULL
);
CREATE INDEX events_by_time ON events (lab, at);
`;

/** What makes version n + 1 of version n; `user_version` says which one a file is. */
export const migrations: readonly string[] = [first];
