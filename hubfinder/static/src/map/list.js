// The list beside the map: the places in sight, in step with their marks.
import { SIGNS } from './signs.js'
import { drawing, fill, make, named } from './making.js'

export class List {
  constructor ({ sentences, pages }) {
    this.sentences = sentences
    this.pages = pages
    this.items = new Map()
    this.chosen = null
    this.onChoose = () => {}
    this.count = make('p', { className: 'map-count', id: 'map-count' })
    this.rows = make('ul', { className: 'map-rows', ariaLabel: sentences.list })
    this.element = make('div', { className: 'map-list' }, this.count, this.rows)
  }

  show (marks) {
    const { sentences, rows } = this
    this.count.textContent = marks.length ? fill(sentences.counted, { number: marks.length }) : sentences.none
    const items = marks.map((mark) => this.#item(mark))
    if (items.length === rows.children.length && items.every((item, at) => item === rows.children[at])) return
    const focused = rows.contains(document.activeElement) ? document.activeElement : null
    const top = rows.scrollTop
    rows.replaceChildren(...items)
    rows.scrollTop = top
    if (focused?.isConnected) focused.focus({ preventScroll: true })
  }

  highlight (mark, scrolls) {
    if (this.chosen) this.#mark(this.chosen, false)
    this.chosen = mark
    const item = this.#mark(mark, true)
    if (scrolls) this.rows.scrollTop = item.offsetTop - this.rows.offsetTop - 8
  }

  #mark (mark, is) {
    const item = this.#item(mark)
    item.classList.toggle('is-chosen', is)
    item.querySelector('button').setAttribute('aria-expanded', is)
    item.querySelector('.map-more').hidden = !is
    return item
  }

  #item (mark) {
    if (!this.items.has(mark.id)) this.items.set(mark.id, this.#make(mark))
    return this.items.get(mark.id)
  }

  #make (mark) {
    const { sentences } = this
    const sign = mark.number ? make('span', { className: 'number' }, String(mark.number)) : signOf(mark.sort)
    const button = make('button', { type: 'button', className: 'map-name', ariaExpanded: 'false' },
      sign, make('span', {}, named(mark.name), make('span', { className: 'soft' }, [sentences[mark.sort], mark.far].filter(Boolean).join(' · '))))
    button.addEventListener('click', () => this.onChoose(mark))
    const more = make('div', { className: 'map-more', hidden: true }, ...factsOf(mark, sentences, this.pages))
    return make('li', {}, button, more)
  }
}

// Where it is, and links to its page and to what runs there.
export function factsOf (mark, sentences, pages) {
  const facts = mark.where ? [make('p', { lang: 'en', dir: 'ltr' }, mark.where)] : []
  if (mark.sort === 'hub' && mark.key) {
    facts.push(make('p', {}, make('a', { href: pageOf(pages.hub, mark.key) }, sentences.open)))
  }
  if (mark.services?.length) {
    facts.push(make('ul', {}, ...mark.services.map(([key, name]) =>
      make('li', {}, make('a', { href: pageOf(pages.service, key), lang: 'en' }, name)))))
  }
  return facts
}

const pageOf = (address, key) => address.replace('KEY', encodeURIComponent(key))

function signOf (sort) {
  const sign = drawing(...SIGNS[sort])
  sign.setAttribute('class', `map-sign map-${sort}`)
  return sign
}
