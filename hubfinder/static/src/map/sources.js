// Where the outlines on the map come from: as each layer says of itself.
import { make } from './making.js'

export function sourcesOf (details, areas, { sentences, kinds, basis }) {
  const layers = areas.layersShown()
  const open = details.open
  details.hidden = !layers.length
  details.replaceChildren(
    make('summary', { className: 'govuk-details__summary' },
      make('span', { className: 'govuk-details__summary-text' }, sentences.thanks)),
    make('div', { className: 'govuk-details__text' },
      make('ul', {}, ...layers.map((layer) => make('li', {}, ...lineOf(layer, sentences, kinds, basis))))))
  details.open = open
}

function lineOf (layer, sentences, kinds, basis) {
  const line = [make('strong', {}, `${kinds[layer.kind][1]}:`), ` ${basis[layer.basis]}. `]
  if (layer.method) line.push(english(layer.method))
  if (layer.source) line.push(`${sentences.source} `, english(layer.source))
  if (layer.as_of) line.push(`${sentences.date} ${day(layer.as_of)}. `)
  if (layer.licence) line.push(`${sentences.licence} `, english(layer.licence))
  if (layer.attribution) line.push(english(layer.attribution))
  return line
}

const english = (words) => make('span', { lang: 'en', dir: 'ltr' }, `${words.replace(/\.$/, '')}. `)

function day (date) {
  const how = { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }
  const { lang } = document.documentElement
  return new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : lang, how).format(new Date(date))
}
