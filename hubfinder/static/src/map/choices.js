// The ticks that say which kinds of area and which sorts of place are shown; they are the legend too.
import { SIGNS } from './signs.js'
import { drawing, make } from './making.js'

export const SORTS = ['hub', 'place', 'school', 'surgery']
const PLURAL = { hub: 'hubs', place: 'places', school: 'schools', surgery: 'surgeries' }
const AT_FIRST = ['hub', 'place']

export class Choices {
  constructor ({ sentences, kinds: names }, { kinds, counts, gathered }) {
    this.kinds = new Set(kinds)
    this.sorts = new Set(AT_FIRST)
    this.onKinds = this.onSorts = () => {}
    this.boxes = new Map()
    const offered = Object.keys(counts).filter((kind) => names[kind])
    const sorts = SORTS.filter((sort) => gathered[sort].length)
    this.legend = make('ul', { className: 'map-legend' })
    this.words = (kind) => names[kind][1]
    this.element = make('div', { className: 'map-choices' },
      this.#group(sentences.areas, offered, this.words, this.kinds, lineOf, (kind) => this.onKinds(kind)),
      this.#group(sentences.marks, sorts, (sort) => sentences[PLURAL[sort]], this.sorts, signOf, () => this.onSorts()))
  }

  // Says under the map which line is which, those of the page's own areas too.
  explain (kinds) {
    this.legend.replaceChildren(...[...kinds].map((kind) => make('li', {}, lineOf(kind), this.words(kind))))
  }

  untick (kind) {
    this.kinds.delete(kind)
    this.boxes.get(kind).checked = false
  }

  #group (legend, values, wordsOf, chosen, pictureOf, changed) {
    if (!values.length) return null
    const count = make('span', { className: 'soft' })
    const tell = () => { count.textContent = ` (${values.filter((value) => chosen.has(value)).length}/${values.length})` }
    tell()
    return make('details', { className: 'govuk-details' },
      make('summary', { className: 'govuk-details__summary' },
        make('span', { className: 'govuk-details__summary-text' }, legend), count),
      make('div', { role: 'group', ariaLabel: legend, className: 'govuk-details__text' }, make('div', { className: 'govuk-checkboxes govuk-checkboxes--small' },
        ...values.map((value) => {
          const id = `map-shows-${value}`
          const box = make('input', { type: 'checkbox', id, className: 'govuk-checkboxes__input', checked: chosen.has(value) })
          this.boxes.set(value, box)
          box.addEventListener('change', () => {
            if (box.checked) chosen.add(value)
            else chosen.delete(value)
            tell()
            changed(box.checked ? value : null)
          })
          const label = make('label', { className: 'govuk-label govuk-checkboxes__label', htmlFor: id },
            pictureOf(value), wordsOf(value))
          return make('div', { className: 'govuk-checkboxes__item' }, box, label)
        }))))
  }
}

// A piece of the line a kind is drawn with.
function lineOf (kind) {
  const line = drawing('M1 12h34')
  line.setAttribute('viewBox', '0 0 36 24')
  line.setAttribute('class', `map-line map-kind-${kind}`)
  return line
}

function signOf (sort) {
  const sign = drawing(...SIGNS[sort])
  sign.setAttribute('class', `map-sign map-${sort}`)
  return sign
}
