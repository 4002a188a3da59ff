/** How a command is written for a person: as it could be typed into a shell, each argument kept whole. */

const plain = /^[A-Za-z0-9_@%+=:,./-]+$/;

export function shellWords(argv: readonly string[]): readonly string[] {
  return argv.map((word) => (plain.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`));
}
