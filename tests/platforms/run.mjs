// Runs a WebAssembly program, with or without the system interface WASI, and exits with its status.
import { readFile } from "node:fs/promises";
import { WASI } from "node:wasi";

const path = process.argv[2];
const module = await WebAssembly.compile(await readFile(path));
let status;
if (WebAssembly.Module.imports(module).length > 0) {
  const wasi = new WASI({ version: "preview1" });
  const instance = await WebAssembly.instantiate(module, wasi.getImportObject());
  status = wasi.start(instance);
} else {
  const instance = await WebAssembly.instantiate(module);
  status = instance.exports.main(0, 0);
}
console.log(`${path}: exit status ${status}`);
process.exit(status);
