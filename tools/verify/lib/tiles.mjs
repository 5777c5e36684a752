// The files of C2SP tlog-tiles: names, entry bundles, and whether every tile is what its entries say.

import path from "node:path";

import { HASH_SIZE, NotVerified, exists, fromDecimal, readNeeded } from "./bytes.mjs";
import { checkEntry } from "./entries.mjs";
import { leafHash, rootOf } from "./merkle.mjs";

export const WIDTH = 256;

// "tile/0/x001/234", with ".p/W" for a partial one. `level` is a number, or "entries".
export function tilePath(level, index, width) {
  const groups = [];
  for (let rest = index; groups.length === 0 || rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`${groups.length > 0 ? "x" : ""}${String(rest % 1000).padStart(3, "0")}`);
  }
  return `tile/${level}/${groups.join("/")}${width < WIDTH ? `.p/${width}` : ""}`;
}

// (u16 size | entry)*; null if that is not what it is.
export function decodeBundle(bytes) {
  const entries = [];
  for (let at = 0; at < bytes.length;) {
    if (bytes.length - at < 2) return null;
    const end = at + 2 + bytes.readUInt16BE(at);
    if (end > bytes.length) return null;
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return entries;
}

// Every tile of a tree of `size` entries: [{level, index, width}].
export function tilesOf(size) {
  const tiles = [];
  for (let level = 0, hashes = size; hashes > 0; ++level, hashes = Math.floor(hashes / WIDTH)) {
    for (let index = 0; index * WIDTH < hashes; ++index) {
      tiles.push({ level, index, width: Math.min(WIDTH, hashes - index * WIDTH) });
    }
  }
  return tiles;
}

export function bundlesOf(size) {
  return tilesOf(size).filter((tile) => tile.level === 0).map((tile) => ({ ...tile, level: "entries" }));
}

// What reads a log's files. Those that are not full are replaced as the log grows, and gone two commits
// later: they are read at once.
export function fileReader(directory, size) {
  const newest = new Map();
  for (const { level, index, width } of [...bundlesOf(size), ...tilesOf(size)]) {
    if (width === WIDTH) continue;
    const file = path.join(directory, tilePath(level, index, width));
    newest.set(file, readNeeded(file));
  }
  return (file) => newest.get(file) ?? readNeeded(file);
}

// How many of the log's first entries the entry with this number says are gone: whole bundles, before it.
function prunedBy(bytes, number) {
  const { action, outcome, count } = JSON.parse(bytes.toString());
  const says = action === "PruneAuditLog" && outcome === "done" && Number.isSafeInteger(count);
  return says && count % WIDTH === 0 && count <= number ? count : 0;
}

// What the log has given up may be missing, and no more. `pruned` tells the server's own readers where to
// begin; what is downloaded has none.
function checkPruned(directory, missingEnd, pruned) {
  if (missingEnd > pruned) {
    throw new NotVerified("entries are missing, and no entry says that they were pruned", directory);
  }
  const file = path.join(directory, "pruned");
  if (!exists(file)) return;
  const text = readNeeded(file).toString("latin1");
  const said = text.endsWith("\n") ? fromDecimal(text.slice(0, -1)) : null;
  if (said === null || said % WIDTH !== 0) throw new NotVerified("this is no number of whole bundles", file);
  if (said > pruned) throw new NotVerified("more entries are hidden than the log says were pruned", file);
}

// A server may prune it meanwhile.
function readIfThere(file, read) {
  try {
    return read(file);
  } catch (error) {
    if (error instanceof NotVerified && !exists(file)) return null;
    throw error;
  }
}

// {leaves, pruned}: the leaf hashes of the first `size` entries, each of which has been looked at unless it
// was pruned, and was given to `each`. What the checkpoint, of `signedSize` entries, does not cover may not say that something was.
export function readLeaves(directory, { size, signedSize, each }, owner, read = readNeeded) {
  const leaves = [];
  let missingEnd = 0;
  let pruned = 0;
  for (const { level, index, width } of bundlesOf(size)) {
    const file = path.join(directory, tilePath(level, index, width));
    const bundle = width === WIDTH ? readIfThere(file, read) : read(file);
    if (bundle === null) {
      // Whether the tile is right, the root tells.
      const tileFile = path.join(directory, tilePath(0, index, WIDTH));
      const tile = read(tileFile);
      if (tile.length !== WIDTH * HASH_SIZE) {
        throw new NotVerified("a hash tile does not fit its entries", tileFile);
      }
      for (let at = 0; at < tile.length; at += HASH_SIZE) leaves.push(tile.subarray(at, at + HASH_SIZE));
      missingEnd = leaves.length;
      continue;
    }
    const entries = decodeBundle(bundle);
    if (entries?.length !== width) throw new NotVerified("an entry bundle is damaged", file);
    for (const entry of entries) {
      checkEntry(entry, leaves.length, owner, file);
      each?.(entry);
      if (leaves.length < signedSize) pruned = Math.max(pruned, prunedBy(entry, leaves.length));
      leaves.push(leafHash(entry));
    }
  }
  checkPruned(directory, missingEnd, pruned);
  return { leaves, pruned };
}

// One entry of the log in `directory`, unchecked: check it with the log, or with its proof.
export function readEntry(directory, number) {
  const index = Math.floor(number / WIDTH);
  const place = number % WIDTH;
  for (let width = WIDTH; width > place; --width) {
    const file = path.join(directory, tilePath("entries", index, width));
    if (exists(file)) return decodeBundle(readNeeded(file))[place];
  }
  throw new NotVerified(`entry ${number} is not here: it was pruned, or never downloaded`, directory);
}

// Every hash of every level stands in its tile, byte for byte.
export function checkTiles(directory, leaves, read = readNeeded) {
  let hashes = leaves;
  for (let level = 0; hashes.length > 0; ++level) {
    const above = [];
    for (let begin = 0; begin < hashes.length; begin += WIDTH) {
      const part = hashes.slice(begin, begin + WIDTH);
      const file = path.join(directory, tilePath(level, begin / WIDTH, part.length));
      const tile = read(file);
      if (tile.length !== part.length * HASH_SIZE || !tile.equals(Buffer.concat(part))) {
        throw new NotVerified("a hash tile does not fit its entries", file);
      }
      if (part.length === WIDTH) above.push(rootOf(part));
    }
    hashes = above;
  }
}
