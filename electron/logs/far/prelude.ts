/** What far-side scripts begin with. */

/** Messages in the C locale; root's programs are found, also by a login that is not root's. */
export const surroundings = `LC_ALL=C; export LC_ALL
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH`;

/** Of the finder's: others' work goes first. `$limit` ends what hangs, where `timeout` takes its time as coreutils and newer busybox do. */
export const prelude = `
${surroundings}
renice -n 10 -p $$ >/dev/null 2>&1
ionice -c 3 -p $$ >/dev/null 2>&1
has() { command -v "$1" >/dev/null 2>&1; }
limit=; if timeout 5 true >/dev/null 2>&1; then limit='timeout 20'; fi
`;
