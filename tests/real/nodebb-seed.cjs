// nodebb-seed.cjs TOPICS: fills the database of NodeBB 1.4.0 (run in its unpacked package, with config.json there) with topics and
// replies, and prints what it wrote. "popular" ranks by the number of posts, "recent" by the date of the last one: replies are written
// after all topics, those to marked topics first, so that the marked ones are popular and not recent.
'use strict'
const path = require('path')
const dir = process.cwd()
const from = (p) => require(path.join(dir, p))
const nconf = from('node_modules/nconf')
nconf.file({ file: path.join(dir, 'config.json') })
nconf.defaults({ base_dir: dir, themes_path: path.join(dir, 'node_modules'), views_dir: path.join(dir, 'public/templates'), version: '1.4.0' })
nconf.set('relative_path', '')
nconf.set('base_url', nconf.get('url'))
nconf.set('upload_url', '/uploads')
const call = (f) => new Promise((good, bad) => f((error, value) => (error ? bad(error) : good(value))))
const pause = () => new Promise((done) => setTimeout(done, 4)) // no two posts in one millisecond: dates decide the order
const titles = ['& <été>', '« le marché » 🧀', '"5 < 7" &amp; ]]> fin', 'simple']

async function main() {
  const topics = []
  await call((cb) => from('src/database').init(cb))
  await call((cb) => from('src/meta').configs.init(cb))
  const user = from('src/user'), topic = from('src/topics'), categories = from('src/categories'), configs = from('src/meta').configs
  for (const key of ['postDelay', 'newbiePostDelay', 'initialPostDelay', 'minimumPostLength']) await call((cb) => configs.set(key, 0, cb))
  await call((cb) => configs.set('feedsPerPage', 20, cb))
  const uids = []
  for (let i = 0; i < 8; i++)
    uids.push(await call((cb) => user.create({ username: ['membre', 'Zoé '][i % 2] + i, email: `m${i}@example.com`, password: 'pw-123456' }, cb)))
  const cid = (await call((cb) => categories.getAllCategories(uids[0], cb)))[0].cid
  for (let i = 0; i < +process.argv[2]; i++) {
    const hateful = i % 7 === 3
    const title = `Sujet ${String(i).padStart(3, '0')} ${titles[i % 4]}`
    const content = (hateful ? `Contenu HATEMARK groupe-cible ${i}` : `Le marché du samedi était bondé ${i} 🧀`) + ' **gras** & <b> ]]> fin'
    const made = await call((cb) => topic.post({ uid: uids[i % 8], cid, title, content, tags: [[], ['marché', 'essai'], ['seul']][i % 3] }, cb))
    topics.push({ tid: +made.topicData.tid, slug: made.topicData.slug.replace(/^\d+\//, ''), title, hateful, posts: 1, last: content.split(' **')[0] })
    for (let j = i % 4; j > 0; j--) await call((cb) => topic.increaseViewCount(made.topicData.tid, cb))
    await pause()
  }
  const pinned = topics[topics.length - 4] // recent; pinning moves nothing in lists of the whole forum
  await call((cb) => topic.tools.pin(pinned.tid, 1, cb))
  for (const t of topics.slice().sort((a, b) => b.hateful - a.hateful))
    for (let j = (t.hateful ? 12 : 0) + ((t.tid * 11) % 12); j > 0; j--, t.posts++) {
      t.last = `réponse ${j} au sujet ${t.tid}`
      await call((cb) => topic.reply({ uid: uids[(t.tid + j) % 8], tid: t.tid, content: t.last + ' 🧀 & ]]>' }, cb))
      await pause()
    }
  process.stdout.write(JSON.stringify({ cid: +cid, topics }), () => process.exit(0))
}
main().catch((error) => { console.error(error); process.exit(1) })
