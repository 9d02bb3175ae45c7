// Starts the program in a page. The page's parts come together in one file, which packs a tenth
// smaller than each by itself: a line of JSON with the names and lengths, then one after the other.
async (folder, pack) => {
  const fetched = fetch(`${folder}/${pack}.pack`).then((answer) => {
    if (!answer.ok) throw new TypeError(`${answer.url}: ${answer.status}`);
    return answer.arrayBuffer();
  });
  const [program, bytes] = await Promise.all([import(`${folder}/spotlight.js`), fetched]);
  let at = new Uint8Array(bytes).indexOf(10) + 1;
  const parts = {};
  for (const [name, length] of JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 0, at)))) {
    parts[name] = new Response(new Uint8Array(bytes, at, length), { headers: { 'content-type': 'application/wasm' } });
    at += length;
  }
  // The loader of parts looks here before it asks the server (bin/parts.mjs).
  globalThis.spotlightParts = parts;
  await program.default({ module_or_path: parts.spotlight });
  program.hydrate();
}
