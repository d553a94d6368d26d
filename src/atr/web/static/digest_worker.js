// SPDX-License-Identifier: Apache-2.0
// Computes the SHA-512 of a file piece by piece, beside the page, so that neither memory nor patience runs out.

import { sha512 } from "./vendor/noble-hashes/sha2.js";

const PIECE = 4 * 1024 * 1024;

addEventListener("message", async ({ data: file }) => {
  try {
    const hash = sha512.create();
    for (let offset = 0; offset < file.size; offset += PIECE) {
      hash.update(new Uint8Array(await file.slice(offset, offset + PIECE).arrayBuffer()));
      postMessage({ done: Math.min(offset + PIECE, file.size) });
    }
    const hex = [...hash.digest()].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    postMessage({ digest: `sha512:${hex}` });
  } catch (error) {
    postMessage({ failure: String(error) });
  }
});
