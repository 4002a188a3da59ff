/**
 * Decides which of several files are a copied sysfs tree, and makes one text of each tree: lines `path:content` as the
 * live system's own paths, whatever folder or bundle the tree was copied to.
 */
import type { SavedText } from "./saved.ts";

/** `…/infiniband/<hca>/<file>`, under `/sys/class` or below the card's folder in `/sys/devices`; the files by their names. */
const hcaFile =
  /^(.*?)(?:^|\/)infiniband\/([\w.-]{1,64})\/((?:node_guid|node_desc|node_type|sys_image_guid|fw_ver|hca_type|board_id|hw_rev)|(?:ports\/\d{1,3}|device)\/[\w./-]{1,100})$/;
/** A kernel file is at most one page. */
const maxChars = 4096;

interface Tree {
  readonly root: string;
  readonly lines: string[];
  /** Folder of the card by HCA name, where the tree is of `/sys/devices`. */
  readonly cards: Map<string, string>;
}

/** The texts, with the files of each tree replaced by one; `source` of that one is the folder the tree is in. */
export function gatherTrees(texts: readonly SavedText[]): readonly SavedText[] {
  const trees = new Map<string, Tree>();
  const byPath = new Map<string, string>();
  const others: SavedText[] = [];
  const taken = new Map<SavedText, string>();
  for (const text of texts) {
    if (text.text.length > maxChars) continue;
    byPath.set(text.source, text.text);
    const [, before = "", hca, file] = hcaFile.exec(text.source) ?? [];
    if (hca === undefined || file === undefined) continue;
    const root = before === "" ? "infiniband" : before;
    const tree: Tree = trees.get(root) ?? { root, lines: [], cards: new Map() };
    trees.set(root, tree);
    taken.set(text, root);
    if (before !== "") tree.cards.set(hca, before);
    for (const line of text.text.split("\n")) {
      if (line.trim() !== "") tree.lines.push(`/sys/class/infiniband/${hca}/${file}:${line}`);
    }
  }
  for (const { lines, cards } of trees.values()) {
    for (const [hca, card] of cards) lines.push(...slotLines(hca, card, byPath));
  }
  const cardFiles = new Set(
    [...trees.values()].flatMap(({ cards }) => [...cards.values()].flatMap((card) => slotPaths(card))),
  );
  const told = new Set<string>();
  for (const text of texts) {
    const root = taken.get(text);
    const tree = root === undefined ? undefined : trees.get(root);
    if (tree === undefined) {
      if (!cardFiles.has(text.source)) others.push(text);
    } else if (!told.has(tree.root)) {
      told.add(tree.root);
      others.push({ source: tree.root, text: `${tree.lines.join("\n")}\n` });
    }
  }
  return others;
}

const slotFiles = ["current_link_speed", "current_link_width", "max_link_speed", "max_link_width"];
/** A root port is no deeper than this above a card. */
const maxBridges = 16;

/** The card's PCIe files and those of the bridges above it, each by its path from the card. */
function slotLines(hca: string, card: string, byPath: ReadonlyMap<string, string>): readonly string[] {
  return ancestors(card).flatMap((folder, depth) =>
    slotFiles.flatMap((file) => {
      const value = byPath.get(`${folder}/${file}`)?.trim();
      return value === undefined ? [] : [`/sys/class/infiniband/${hca}/device/${"../".repeat(depth)}${file}:${value}`];
    }),
  );
}

const slotPaths = (card: string): readonly string[] =>
  ancestors(card).flatMap((folder) => slotFiles.map((file) => `${folder}/${file}`));

/** A folder and those above it, as far as they are PCI devices. */
function ancestors(card: string): readonly string[] {
  const folders: string[] = [];
  let at = card;
  while (folders.length < maxBridges && /(?:^|\/)[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/i.test(at)) {
    folders.push(at);
    at = at.slice(0, Math.max(0, at.lastIndexOf("/")));
  }
  return folders;
}
