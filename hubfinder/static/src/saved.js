// The list of what somebody has put aside. This browser keeps it and nobody else: which things, and since when.
// Without this script, or where a browser keeps nothing, the links of the page do the same through its address.
const PLACE = 'hubfinder.saved'
const DAYS = 30
const THING = /^(service|hub|catalogue):[a-z0-9-]+$/

function read () {
  try {
    const { at, items } = JSON.parse(localStorage.getItem(PLACE)) ?? {}
    const age = Date.now() - at
    if (age >= 0 && age < DAYS * 24 * 3600 * 1000) return items.filter((item) => THING.test(item))
    localStorage.removeItem(PLACE)
  } catch { /* the browser keeps nothing, or somebody has written nonsense there */ }
  return []
}

function write (items) {
  if (items.length === 0) return emptySaved()
  localStorage.setItem(PLACE, JSON.stringify({ at: Date.now(), items }))
}

export function emptySaved () {
  try {
    localStorage.removeItem(PLACE)
  } catch { /* nothing was kept */ }
}

function canKeep () {
  try {
    localStorage.setItem(`${PLACE}.try`, '1')
    localStorage.removeItem(`${PLACE}.try`)
    return true
  } catch {
    return false
  }
}

const address = (items) => items.map((item) => `item=${item}`).join('&')
const same = (one, other) => one.length === other.length && one.every((item) => other.includes(item))

export function keepSaved () {
  const link = document.querySelector('[data-list-link]')
  if (!link || !canKeep()) return
  const home = link.href.split('?')[0]
  const words = link.parentElement.querySelector('template').content
  const said = document.createElement('span')
  said.className = 'govuk-visually-hidden'
  said.setAttribute('role', 'status')
  link.after(said)
  const say = (word, number = '') => { said.textContent = `${words.querySelector(`[data-word=${word}]`).textContent} ${number}` }
  const change = (items, word) => {
    write(items)
    show(link, home)
    say(word, items.length)
  }
  const page = document.querySelector('[data-saved]')
  if (page) ownList(page, home)
  else for (const one of document.querySelectorAll('[data-keep]')) toggle(one, words, change, say, Number(link.dataset.most))
  show(link, home)
  window.addEventListener('storage', () => show(link, home)) // another window changed it
  window.addEventListener('pageshow', () => show(link, home)) // somebody came back to this page
}

function show (link, home) {
  const items = read()
  const count = link.querySelector('.count')
  link.href = items.length ? `${home}?${address(items)}` : home
  count.textContent = items.length
  count.hidden = items.length === 0
  for (const button of document.querySelectorAll('button.keep')) {
    button.setAttribute('aria-pressed', items.includes(button.dataset.keep))
  }
}

// On every page but the list itself: "Save" becomes a button that stays down.
function toggle (link, words, change, say, most) {
  const button = document.createElement('button')
  const { keep, keepAsk } = link.dataset
  button.type = 'button'
  button.className = 'keep'
  button.dataset.keep = keep
  button.append(...link.childNodes)
  button.querySelector('.words').textContent = words.querySelector('[data-word=save]').textContent
  link.replaceWith(button)
  const add = () => change([...read(), keep], 'saved')
  button.addEventListener('click', () => {
    const items = read()
    if (items.includes(keep)) change(items.filter((item) => item !== keep), 'taken')
    else if (items.length >= most) say('full')
    else if (keepAsk === undefined) add()
    else askFirst(button, words, add)
  })
}

// What nobody should find on a shared device is kept only after saying so.
function askFirst (button, words, add) {
  if (button.nextElementSibling?.classList.contains('keep-ask')) return
  const box = words.querySelector('.keep-ask').cloneNode(true)
  const done = (answer) => {
    box.remove()
    button.focus()
    if (answer) add()
  }
  box.querySelector('p').id = `ask-${button.dataset.keep.replace(':', '-')}`
  box.setAttribute('aria-labelledby', box.querySelector('p').id)
  box.querySelector('[data-yes]').addEventListener('click', () => done(true))
  box.querySelector('[data-no]').addEventListener('click', () => done(false))
  button.after(box)
  box.querySelector('[data-no]').focus()
}

// The list itself. Links change it through the address; where it is the one kept here, they change that too.
function ownList (page, home) {
  const there = page.dataset.saved ? page.dataset.saved.split(' ') : []
  const kept = read()
  if (there.length === 0 && kept.length) return window.location.replace(`${home}?${address(kept)}`)
  const own = same(there, kept)
  for (const link of page.querySelectorAll('[data-list], [data-keep]')) {
    link.addEventListener('click', () => {
      if (own) write(new URL(link.href).searchParams.getAll('item'))
    })
  }
  for (const hidden of page.querySelectorAll('input[type=hidden][name=item]')) hidden.remove()
  const other = page.querySelector('[data-other-list]')
  if (other && !own) {
    other.hidden = false
    other.querySelector('button').addEventListener('click', () => {
      const both = [...new Set([...kept, ...there])].slice(0, 40)
      write(both)
      window.location.assign(`${home}?${address(both)}`)
    })
  }
  sending(page)
}

function sending (page) {
  const print = page.querySelector('[data-print]')
  const copy = page.querySelector('[data-copy]')
  if (!print) return
  print.hidden = false
  print.addEventListener('click', () => window.print())
  copy.hidden = !navigator.clipboard
  copy.addEventListener('click', () => {
    const field = page.querySelector('#address')
    field.select()
    navigator.clipboard.writeText(field.value).then(() => {
      page.querySelector('[data-copied]').textContent = copy.dataset.copy
    }).catch(() => field.focus()) // it is selected: the keys that copy do the rest
  })
}
