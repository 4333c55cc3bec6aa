// Builds the interface into dist/, which the binary embeds. Every file has a stable name, but
// for the chunks that are loaded on demand. Nothing is fetched from anywhere at run time.
import { build, context } from 'esbuild';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const watch = process.argv.includes('--watch');

/* The component library brings its words in 34 languages; the interface speaks two. */
const twoLanguages = {
  name: 'two-languages',
  setup: (b) =>
    b.onLoad({ filter: /\/intl\/.*\/[a-z][a-z]-[A-Z][A-Z]\.m?js$/ }, ({ path }) =>
      /(en-US|fr-FR)\.m?js$/.test(path) ? null : { contents: 'export default {}', loader: 'js' },
    ),
};

const options = {
  entryPoints: { app: 'src/main.tsx', boot: 'src/boot.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  target: ['es2022', 'chrome110', 'firefox115', 'safari16'],
  minify: !watch,
  sourcemap: watch ? 'inline' : false,
  legalComments: 'eof',
  jsx: 'automatic',
  chunkNames: 'part-[name]-[hash]',
  define: { 'process.env.NODE_ENV': watch ? '"development"' : '"production"' },
  plugins: [twoLanguages],
  logLevel: watch ? 'info' : 'warning',
};

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist', { recursive: true });
for (const file of ['index.html', 'favicon.svg']) copyFileSync(`src/${file}`, `dist/${file}`);

if (watch) {
  await (await context(options)).watch();
} else {
  await build(options);
  for (const file of readdirSync('dist').sort()) {
    const bytes = readFileSync(`dist/${file}`);
    console.log(
      `${file.padEnd(36)} ${String(bytes.length).padStart(8)} ${String(gzipSync(bytes).length).padStart(8)} gzip`,
    );
  }
}
