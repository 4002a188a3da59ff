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

/** What bounds are kept by: how much each lab holds, which time is believed, and what is to be deleted step by step. */
const second = `
-- The time that is believed, and since when another one is told; one row.
CREATE TABLE clock (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  sure_at INTEGER NOT NULL,
  doubt_at INTEGER
);
INSERT INTO clock (id, sure_at) SELECT 1, at FROM readings ORDER BY id DESC LIMIT 1;
-- 1 where all of it is to be deleted; its path is nobody's then.
ALTER TABLE labs ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;
-- Ports that were left out of the reading before, and events of all readings.
ALTER TABLE labs ADD COLUMN ports_left INTEGER NOT NULL DEFAULT 0;
ALTER TABLE labs ADD COLUMN events_left INTEGER NOT NULL DEFAULT 0;
-- To within some hours.
ALTER TABLE ports ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;
UPDATE ports SET seen_at = coalesce((SELECT sure_at FROM clock), state_at, 0);
-- What its samples take, about.
ALTER TABLE readings ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
UPDATE readings SET bytes = n FROM (SELECT lab, count(*) * 60 AS n FROM ports GROUP BY lab) AS held
  WHERE held.lab = readings.lab;
`;

/** What was told last while a time is doubted; and cables' states in the words they are told in, learned anew. */
const third = `
ALTER TABLE clock ADD COLUMN told_at INTEGER;
DELETE FROM cables;
`;

/** What makes version n + 1 of version n; `user_version` says which one a file is. */
export const migrations: readonly string[] = [first, second, third];
