// pages.mjs FOLDER OUT REPORT.html...: opens reports in headless Chromium, as somebody reads them who needs a telephone, a keyboard, a screen reader or
// paper. FOLDER holds axe-core, html-validate and puppeteer-core for Node: `./run test-pages` fetches them from npm and runs this.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'

const [folder, out, ...pages] = process.argv.slice(2)
const require = createRequire(join(resolve(folder), 'package.json'))
const puppeteer = require('puppeteer-core')
const { HtmlValidate } = require('html-validate')
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')

let passed = 0, failed = 0
const check = (page, what, problems) => {
  if (problems.length === 0) return void passed++
  failed++
  console.log(`${page}: ${what}: ${problems.length}`)
  for (const p of problems.slice(0, 10)) console.log(`  ${p}`)
}

// Tables say their roles again: on a telephone rows are cards, and a browser then forgets what they were. A region that scrolls has a name and the
// keyboard's focus, and needs to be no section of the outline. Titles are as long as a study's.
const validator = new HtmlValidate({
  root: true,
  extends: ['html-validate:standard'],
  rules: { 'no-redundant-role': 'off', 'prefer-native-element': 'off', 'long-title': 'off' },
})
const valid = async path => {
  const report = await validator.validateString(readFileSync(path, 'utf8'))
  return report.results.flatMap(r => r.messages.map(m => `${m.line}:${m.column} ${m.ruleId}: ${m.message}`))
}

// The contrast of words in pictures lies on shapes, which axe leaves open; test_document computes it from the style sheet.
const accessible = async page => {
  await page.evaluate(axe)
  const found = await page.evaluate(() => axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }))
  const open = found.incomplete.flatMap(v => v.nodes.filter(n => v.id !== 'color-contrast' || !n.html.startsWith('<text')).map(n => [v, n]))
  const wrong = [...found.violations.flatMap(v => v.nodes.map(n => [v, n])), ...open].map(([v, n]) => `${v.id}: ${v.help}: ${n.html.slice(0, 120)}`)
  return found.passes.length > 20 ? wrong : [...wrong, `only ${found.passes.length} rules applied`]
}

const narrow = page => page.evaluate(() => {
  const width = document.documentElement.clientWidth
  if (document.scrollingElement.scrollWidth <= width) return []
  return [`the page is ${document.scrollingElement.scrollWidth} px wide`, ...[...document.querySelectorAll('main *')]
    .filter(e => !e.closest('thead') && e.getBoundingClientRect().right > width + 1).map(e => `${e.tagName} ${e.textContent.slice(0, 60)}`)]
})

// A table that is wider than its box is cut: on paper for good, on a screen until somebody finds out that it scrolls.
const cut = page => page.evaluate(() => [...document.querySelectorAll('main table')].map(t => [t, t.parentElement])
  .filter(([, box]) => box.scrollWidth > box.clientWidth + 1)
  .map(([t, box]) => `${box.scrollWidth} px in ${box.clientWidth}: ${(t.caption?.textContent ?? t.textContent).trim().slice(0, 60)}`))

// Tab by Tab: everything that can be reached is, in the order of the page, and shows it.
const keyboard = async page => {
  const wanted = await page.evaluate(() => {
    const all = [...document.querySelectorAll('a[href],summary,[tabindex="0"]')].filter(e => e.getClientRects().length > 0)
    all.forEach((e, i) => { e.dataset.place = i })
    return all.length
  })
  const wrong = wanted > 3 ? [] : [`only ${wanted} places for the keyboard`]
  for (let i = 0; i < wanted; i++) {
    await page.keyboard.press('Tab')
    const [place, outline] = await page.evaluate(() => {
      const e = document.activeElement, style = getComputedStyle(e)
      return [Number(e.dataset.place), style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth)]
    })
    if (place !== i) wrong.push(`Tab ${i + 1} is at ${place}`)
    if (!(outline >= 2)) wrong.push(`no outline at ${place}`)
  }
  return wrong
}

// The summary is two pages: the third begins with the next part.
const twoPages = async (page, name) => {
  const path = join(out, `${name}.pdf`)
  writeFileSync(path, await page.pdf({ preferCSSPageSize: true, printBackground: true }))
  const next = await page.$eval('#tables-title', e => e.textContent.trim())
  const first = n => execFileSync('pdftotext', ['-f', String(n), '-l', String(n), path, '-'], { encoding: 'utf8' }).trim().split('\n')[0]
  return first(3) === next && first(2) !== next ? [] : [`page 2 begins with “${first(2)}”, page 3 with “${first(3)}”, not “${next}”`]
}

const browser = await puppeteer.launch({ executablePath: process.env.AMP_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
for (const [number, path] of pages.entries()) {
  check(path, 'HTML', await valid(path))
  for (const [width, height, media] of [[1280, 900, 'screen'], [400, 800, 'screen'], [794, 1123, 'print']]) {
    const page = await browser.newPage()
    await page.setBypassCSP(true)
    await page.setViewport({ width, height })
    await page.emulateMediaType(media)
    await page.goto(`file://${resolve(path)}`)
    check(path, `wider than ${width} px (${media})`, await narrow(page))
    check(path, `tables cut at ${width} px (${media})`, await cut(page))
    if (media === 'screen') check(path, `keyboard at ${width} px`, await keyboard(page))
    else check(path, 'two pages on paper', await twoPages(page, number))
    check(path, `axe at ${width} px (${media})`, await accessible(page))
    await page.close()
  }
}
await browser.close()
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 && passed > 0 ? 0 : 1)
