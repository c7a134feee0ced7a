// Builds the browser assets: hubfinder/static/src -> hubfinder/static/build (or the folder named as argument).
// Each file carries the hash of its content in its name, stands beside its .gz and .br, and is listed in
// manifest.json ({"app.css": "app-1a2b3c4d.css", ...}), which is written last: no manifest, no build.
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { fileURLToPath } from 'node:url'

import esbuild from 'esbuild'
import * as sass from 'sass'

const root = fileURLToPath(new URL('..', import.meta.url))
const source = join(root, 'hubfinder/static/src')
const build = process.argv[2] ?? join(root, 'hubfinder/static/build')
// What type="module" scripts and GOV.UK Frontend itself ask of a browser.
const styleBrowsers = ['chrome87', 'edge88', 'firefox78', 'safari14']
const scriptLanguage = 'es2020'

// What map.js is in part: the texts of their licences go with it.
const inMap = ['leaflet', 'supercluster', 'kdbush', 'topojson-client']
// And app.js.
const inApp = ['@github/combobox-nav']

function styles (name) {
  const { css } = sass.compile(join(source, name), {
    importers: [new sass.NodePackageImporter(root)],
    loadPaths: [join(root, 'node_modules')],
    quietDeps: true,
    style: 'compressed'
  })
  const { code } = esbuild.transformSync(css, { loader: 'css', minify: true, target: styleBrowsers })
  if (/@font-face|url\(\s*["']?(?!data:)/i.test(code)) {
    throw new Error(`${name} fetches a file: the styles must stand on their own`)
  }
  return code
}

function script (name) {
  const { outputFiles } = esbuild.buildSync({
    bundle: true,
    entryPoints: [join(source, name)],
    format: 'esm',
    legalComments: 'none',
    minify: true,
    target: scriptLanguage,
    write: false
  })
  return outputFiles[0].text
}

function licences (packages) {
  return packages.map((name) => {
    const folder = join(root, 'node_modules', name)
    const { version, license, homepage } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const file = ['LICENSE', 'LICENSE.txt'].map((one) => join(folder, one)).find((one) => existsSync(one))
    const text = file ? readFileSync(file, 'utf8').trim() : ''
    if (!text) throw new Error(`${name} has no text of its licence`)
    return `${name} ${version} (${license}) ${homepage}\n\n${text}\n`
  }).join(`\n${'-'.repeat(80)}\n\n`)
}

function write (name, text) {
  const content = Buffer.from(text)
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12)
  const hashed = name.replace(/(\.\w+)$/, `-${hash}$1`)
  const gzip = gzipSync(content, { level: 9 })
  const brotli = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })
  writeFileSync(join(build, hashed), content)
  writeFileSync(join(build, `${hashed}.gz`), gzip)
  writeFileSync(join(build, `${hashed}.br`), brotli)
  console.log(`   ${hashed}: ${content.length} bytes, ${gzip.length} gzip, ${brotli.length} brotli`)
  return [name, hashed]
}

// What sheets are typeset with: fonts for every script of their languages, and a picture for each topic.
function fonts () {
  const sheets = join(root, 'hubfinder/sheets')
  const { fonts, icons } = JSON.parse(readFileSync(join(sheets, 'assets.json'), 'utf8'))
  const to = join(sheets, 'build')
  rmSync(to, { force: true, recursive: true })
  mkdirSync(join(to, 'icons'), { recursive: true })
  for (const [name, weights] of Object.entries(fonts)) {
    const from = join(root, 'node_modules/@expo-google-fonts', name)
    for (const weight of weights) {
      for (const file of readdirSync(join(from, weight)).filter((one) => one.endsWith('.ttf'))) {
        copyFileSync(join(from, weight, file), join(to, file))
      }
    }
    copyFileSync(join(from, 'LICENSE_FONT'), join(to, `${name}-licence.txt`))
  }
  const pictures = join(root, 'node_modules/lucide-static')
  for (const [name, icon] of Object.entries(icons)) {
    copyFileSync(join(pictures, 'icons', `${icon}.svg`), join(to, 'icons', `${name}.svg`))
  }
  copyFileSync(join(pictures, 'LICENSE'), join(to, 'icons', 'licence.txt'))
  console.log(`   sheets: ${readdirSync(to).filter((one) => one.endsWith('.ttf')).length} fonts`)
}

console.log('== Browser assets')
const made = [
  ['app.css', styles('app.scss')],
  ['app.js', script('app.js')],
  ['map.css', styles('map/map.scss')],
  ['sheet.css', styles('sheet/sheet.scss')],
  ['map.js', script('map/map.js')],
  ['map-licences.txt', licences(inMap)],
  ['app-licences.txt', licences(inApp)]
]
rmSync(build, { force: true, recursive: true })
mkdirSync(build, { recursive: true })
fonts()
const manifest = Object.fromEntries(made.map(([name, text]) => write(name, text)))
writeFileSync(join(build, 'manifest.json.part'), `${JSON.stringify(manifest, null, 2)}\n`)
renameSync(join(build, 'manifest.json.part'), join(build, 'manifest.json'))
