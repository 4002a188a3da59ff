/** Owns how the dock's layout is kept: by lab, in this window first, else as any window of this profile left it. */
import * as z from "zod";

const leafSchema = z.looseObject({
  views: z.array(z.string()).max(1000),
  activeView: z.string().optional(),
  id: z.string(),
});
const nodeSchema = z.looseObject({
  type: z.enum(["leaf", "branch"]),
  data: z.unknown(),
  size: z.number().finite().optional(),
  visible: z.boolean().optional(),
});
type GridNode = z.infer<typeof nodeSchema>;
const layoutSchema = z.looseObject({
  grid: z.looseObject({
    root: nodeSchema,
    height: z.number().finite(),
    width: z.number().finite(),
    orientation: z.enum(["HORIZONTAL", "VERTICAL"]),
  }),
  panels: z.record(z.string(), z.looseObject({ id: z.string() })),
  activeGroup: z.string().optional(),
});
export type DockLayout = z.infer<typeof layoutSchema>;

export interface LayoutStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** Longest stored layout that is read back, in code units; a layout of 200 tabs takes about 40 000. */
const maxStoredLength = 512 * 1024;
const maxDepth = 32;

const keyFor = (labPath: string | null) => `halfrack.terminal.layout:${labPath ?? ""}`;

/** Writes the layout to every storage; a full or forbidden storage costs the layout, never the terminals. */
export function saveLayout(storages: readonly LayoutStorage[], labPath: string | null, layout: unknown): void {
  const text = JSON.stringify(layout);
  for (const storage of storages) {
    try {
      storage.setItem(keyFor(labPath), text);
    } catch {
      // Storage full or switched off: the next window starts with all terminals in one group.
    }
  }
}

/** The first readable layout of the storages, cut down to `terminals`; null when there is none to restore. */
export function loadLayout(
  storages: readonly LayoutStorage[],
  labPath: string | null,
  terminals: ReadonlySet<string>,
): DockLayout | null {
  for (const storage of storages) {
    const layout = pruneLayout(readStored(storage, keyFor(labPath)), terminals);
    if (layout !== null) return layout;
  }
  return null;
}

/** Keeps of a stored layout what still exists: panels of `terminals`, groups that have one. Total on any input. */
export function pruneLayout(stored: unknown, terminals: ReadonlySet<string>): DockLayout | null {
  const parsed = layoutSchema.safeParse(stored);
  if (!parsed.success) return null;
  const layout = parsed.data;
  const known = new Set(Object.keys(layout.panels).filter((id) => terminals.has(id)));
  const groups = new Set<string>();
  const placed = new Set<string>();
  const root = pruneNode(layout.grid.root, known, placed, groups, 0);
  if (root === null || placed.size === 0) return null;
  const branch = root.type === "branch" ? root : { type: "branch" as const, data: [root], size: root.size };
  const { activeGroup, floatingGroups: _floating, popoutGroups: _popouts, edgeGroups: _edges, ...rest } = layout;
  return {
    ...rest,
    grid: { ...withoutMaximised(layout.grid), root: branch },
    panels: Object.fromEntries(Object.entries(layout.panels).filter(([id]) => placed.has(id))),
    ...(activeGroup !== undefined && groups.has(activeGroup) ? { activeGroup } : {}),
  };
}

function withoutMaximised(grid: DockLayout["grid"]): DockLayout["grid"] {
  const { maximizedNode: _maximised, ...rest } = grid;
  return rest;
}

function pruneNode(
  node: GridNode,
  known: ReadonlySet<string>,
  placed: Set<string>,
  groups: Set<string>,
  depth: number,
): GridNode | null {
  if (depth > maxDepth) return null;
  if (node.type === "leaf") {
    const leaf = leafSchema.safeParse(node.data);
    if (!leaf.success || groups.has(leaf.data.id)) return null;
    const views = leaf.data.views.filter((view) => {
      if (!known.has(view) || placed.has(view)) return false;
      placed.add(view);
      return true;
    });
    if (views.length === 0) return null;
    groups.add(leaf.data.id);
    const { activeView } = leaf.data;
    const shown = activeView !== undefined && views.includes(activeView) ? activeView : views[0];
    return { ...node, visible: true, data: { ...leaf.data, views, activeView: shown } };
  }
  const children = z.array(nodeSchema).safeParse(node.data);
  if (!children.success) return null;
  const kept = children.data.flatMap((child) => pruneNode(child, known, placed, groups, depth + 1) ?? []);
  return kept.length === 0 ? null : { ...node, data: kept };
}

function readStored(storage: LayoutStorage, key: string): unknown {
  try {
    const text = storage.getItem(key);
    return text === null || text.length > maxStoredLength ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
