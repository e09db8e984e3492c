// site.mjs MODE PKG PUBLIC SITE: makes the folder SITE hold exactly SITE/pkg = PKG and the files of PUBLIC, in release
// mode also a .br and a .gz beside each file that gets smaller by it. Files that are right already are left alone.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const [mode, pkg, publicFiles, site] = process.argv.slice(2);
const COMPRESSIBLE = new Set(['.css', '.html', '.js', '.json', '.mjs', '.svg', '.txt', '.wasm', '.webmanifest', '.xml']);

const files = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    : [];

/** Written beside and renamed: whoever reads the folder meanwhile sees the old file or the new one. */
const write = (path, bytes) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.part`, bytes);
  renameSync(`${path}.part`, path);
};

const compressed = (bytes) => ({
  '.br': brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  }),
  '.gz': gzipSync(bytes, { level: 9 }),
});

const wanted = new Map();
for (const name of files(publicFiles)) if (name !== 'README.md') wanted.set(name, join(publicFiles, name));
for (const name of files(pkg)) wanted.set(join('pkg', name), join(pkg, name));

const keep = new Set();
for (const [name, source] of wanted) {
  const path = join(site, name);
  const bytes = readFileSync(source);
  const changed = !existsSync(path) || !readFileSync(path).equals(bytes);
  if (changed) write(path, bytes);
  keep.add(name);
  if (mode !== 'release' || !COMPRESSIBLE.has(extname(name))) continue;
  const made = (ending) => existsSync(path + ending) && statSync(path + ending).size > 0;
  if (changed || !made('.br') || !made('.gz')) {
    for (const [ending, small] of Object.entries(compressed(bytes))) {
      if (small.length < bytes.length) write(path + ending, small);
      else rmSync(path + ending, { force: true });
    }
  }
  for (const ending of ['.br', '.gz']) if (made(ending)) keep.add(name + ending);
}
for (const name of files(site)) if (!keep.has(name)) rmSync(join(site, name));
