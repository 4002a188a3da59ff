/** What is told of a program that a newcomer looks for and the practice lab has not. */

const instead: readonly (readonly [programs: readonly string[], hint: string])[] = [
  [
    ["vi", "vim", "view", "nano", "pico", "emacs", "ed", "joe", "mcedit"],
    "The practice shell has no editor: write a file with printf '...\\n' > FILE, add to it with >>.",
  ],
  [
    ["ssh", "scp", "sftp", "rsync", "telnet", "ssh-copy-id"],
    "The practice shell reaches no other machine: open a terminal on it in Halfrack.",
  ],
  [["let", "expr", "bc", "dc"], "The practice shell calculates with $((1 + 2))."],
  [
    ["apt", "apt-get", "dpkg", "yum", "dnf", "rpm", "zypper", "pip", "git", "make", "gcc"],
    "The practice shell installs and builds nothing: what it has is there already.",
  ],
  [
    ["python", "python3", "perl", "ruby", "node", "awk", "tmux", "screen"],
    "The practice shell does not run it; a real server would.",
  ],
];

/** Lines for standard error after "command not found"; empty for scripts that ask for what nobody expects here. */
export function hintFor(program: string, interactive: boolean): string {
  const hint = instead.find(([programs]) => programs.includes(program))?.[1];
  const list = interactive ? "Type help for the commands that are here.\n" : "";
  return `${hint === undefined ? "" : `${hint}\n`}${list}`;
}
