// RFC 6962, section 2.1, as it is defined there: recursive, over Buffers.

import { sha256 } from "./bytes.mjs";

const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);

export const leafHash = (entry) => sha256(LEAF, entry);
export const nodeHash = (left, right) => sha256(NODE, left, right);
export const emptyRoot = () => sha256();

// The largest power of two below `size`. No shifts: sizes can be above 2^31.
function split(size) {
  let half = 1;
  while (2 * half < size) half *= 2;
  return half;
}

export function rootOf(hashes, begin = 0, end = hashes.length) {
  if (begin === end) return emptyRoot();
  if (end - begin === 1) return hashes[begin];
  const middle = begin + split(end - begin);
  return nodeHash(rootOf(hashes, begin, middle), rootOf(hashes, middle, end));
}

// The roots of the perfect subtrees that a tree consists of, the largest first.
export function subtreesOf(hashes) {
  const roots = [];
  for (let begin = 0; begin < hashes.length;) {
    let size = split(hashes.length - begin + 1);
    roots.push(rootOf(hashes, begin, begin + size));
    begin += size;
  }
  return roots;
}

// Where an inclusion proof leads; null if it has another length than it must have.
export function rootOfInclusion(index, size, leaf, proof) {
  if (index < 0 || index >= size) return null;
  if (size === 1) return proof.length === 0 ? leaf : null;
  if (proof.length === 0) return null;
  const half = split(size);
  const last = proof[proof.length - 1];
  const rest = proof.slice(0, -1);
  const below = index < half ? rootOfInclusion(index, half, leaf, rest)
                             : rootOfInclusion(index - half, size - half, leaf, rest);
  if (below === null) return null;
  return index < half ? nodeHash(below, last) : nodeHash(last, below);
}

// Where a consistency proof leads: [old root, new root], or null. `oldRoot` is what a verifier has;
// a proof does not repeat it where the old tree is a node of the new one.
export function rootsOfConsistency(oldSize, size, oldRoot, proof, whole = true) {
  if (oldSize < 1 || oldSize > size) return null;
  if (oldSize === size) {
    if (whole) return proof.length === 0 ? [oldRoot, oldRoot] : null;
    return proof.length === 1 ? [proof[0], proof[0]] : null;
  }
  if (proof.length === 0) return null;
  const half = split(size);
  const last = proof[proof.length - 1];
  const rest = proof.slice(0, -1);
  if (oldSize <= half) {
    const left = rootsOfConsistency(oldSize, half, oldRoot, rest, whole);
    return left && [left[0], nodeHash(left[1], last)];
  }
  const right = rootsOfConsistency(oldSize - half, size - half, oldRoot, rest, false);
  return right && [nodeHash(last, right[0]), nodeHash(last, right[1])];
}
