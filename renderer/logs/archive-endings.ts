/** How archives are called that can be opened as bundles. */
export const archiveEndings = [".tar.zst", ".tar.gz", ".tgz", ".tar", ".tar.xz", ".zip"];
