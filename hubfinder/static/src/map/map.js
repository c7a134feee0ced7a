// The map that people can move. app.js fetches this file, and the style, when somebody presses the button
// that it puts under the server's drawing: until then nothing of it is loaded.
//
// What a page says, as attributes of the element that holds the drawing (web/shared/live_map.py writes them):
//
//   data-map="kind:code"        the footprint whose ground is shown, mostly a council
//   data-map-kinds="ward,..."   kinds of footprint shown at first
//   data-map-own="kind:code .." footprints the page is about, drawn stronger whatever kinds are shown
//   data-map-you="lat,lon"      where the place asked for is
//   data-map-at="lat,lon,zoom"  where to look first; without it, at all that is drawn on the page
//   data-map-place="words"      what the ground is called in an address that can be shared
//   data-map-opens              opens by itself, and keeps what it shows in the address of the page
//   data-map-picks="name"       a click on an area, or Enter on the one in the middle, ticks or clears
//                               input[name="name"][value="kind:code"] of the same page and sends its "change"
//                               event; what is ticked, by whatever way, is drawn as chosen. Areas without such
//                               a checkbox cannot be picked. Kinds are shown by data-map-kinds as usual.
//   data-map-button             words of the button; data-map-failed: words where loading fails
//   data-map-script, -style     this file and its style
//   data-map-licences           the texts of the licences of the software in it
//   data-map-words, -footprints, -marks   addresses of the data; data-map-page: of the page of the map
//   data-map-tiles, -tiles-thanks         address of a council's own tiles, and whom to thank for them
//
// Inside the element, [data-at="lat,lon"] is a mark that the page itself shows: data-key is the key of the
// location, data-number the number on the drawing (a family hub has none); the first link in it, or its words,
// name it.
//
// Leaflet moves the ground, supercluster puts marks together, topojson-client puts outlines together: see
// docs/decisions/0012-the-interactive-map.md.
import { Areas } from './areas.js'
import { Choices } from './choices.js'
import { Ground } from './ground.js'
import { Labels } from './labels.js'
import { List } from './list.js'
import { marksOf } from './gathering.js'
import { Marks } from './marks.js'
import { addressOf, keep } from './address.js'
import { make, fill, reads } from './making.js'
import { sourcesOf } from './sources.js'

const WIDE = 720 // pixels: room for the list beside the map
const opened = new WeakMap()

// Opens the map of an element, or closes it when it is open. Throws when something cannot be loaded.
export async function open (place, button) {
  if (button.getAttribute('aria-expanded') === 'true') return close(place, button)
  if (button.getAttribute('aria-busy') === 'true') return
  button.setAttribute('aria-busy', 'true')
  try {
    const said = place.dataset
    const kinds = (said.mapKinds ?? '').split(',').filter(Boolean)
    const [words, outlines, gathered] = await Promise.all([
      reads(said.mapWords), reads(outlinesAt(said, wanted(said, kinds))), reads(said.mapMarks), style(said.mapStyle)
    ])
    show(place, button, { words, outlines, gathered, kinds })
  } catch (error) {
    shut(place, button)
    throw error
  } finally {
    button.removeAttribute('aria-busy')
  }
}

// The kinds to ask for: those to show, and those of the page's own areas.
function wanted (said, kinds) {
  const own = (said.mapOwn ?? '').split(' ').filter(Boolean).map((key) => key.split(':')[0])
  return [...new Set([...kinds, ...own])]
}

function outlinesAt (said, kinds) {
  return `${said.mapFootprints}?kinds=${kinds.map(encodeURIComponent).join(',')}`
}

function style (address) {
  if (document.querySelector(`link[href="${address}"]`)) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const link = make('link', { rel: 'stylesheet', href: address })
    link.addEventListener('load', resolve)
    link.addEventListener('error', reject)
    document.head.append(link)
  })
}

function show (place, button, { words, outlines, gathered, kinds }) {
  const said = place.dataset
  const { sentences } = words
  const status = make('p', { className: 'govuk-visually-hidden', role: 'status' })
  const ground = new Ground(said, sentences)
  const areas = new Areas(ground, said, words)
  const marks = new Marks(ground, sentences)
  const labels = new Labels(ground, areas, gathered.name)
  const list = new List(words)
  const choices = new Choices(words, { kinds, counts: outlines.kinds, gathered })
  const sources = make('details', { className: 'govuk-details map-sources' })
  const share = make('a', {}, sentences.share)
  const panel = make('div', { className: 'map-panel', role: 'group', ariaLabel: sentences.map },
    make('div', { className: 'map-and-list' },
      choices.element,
      make('div', { className: 'map-side' }, ground.element, areas.reading, choices.legend, ground.help),
      list.element),
    make('p', { className: 'map-thanks' }, share, ' ', ground.thanks,
      make('a', { href: said.mapLicences, lang: 'en' }, sentences.software)),
    sources, status)
  const speak = (words) => { status.textContent = words }

  const all = marksOf(place, gathered)
  const update = () => {
    const shown = all.filter((mark) => mark.isOfPage || choices.sorts.has(mark.sort))
    marks.show(shown)
    list.show(shown.filter((mark) => ground.sees(mark.at)))
    labels.place(marks.spots)
  }
  const redraw = () => {
    areas.show(choices.kinds)
    choices.explain(areas.kindsShown())
    update()
    sourcesOf(sources, areas, words)
    keepAddress()
  }
  const keepAddress = () => {
    share.href = addressOf(said, choices.kinds, ground)
    if (said.mapOpens) keep(share.href)
  }
  const choose = (mark, from) => {
    ground.showMark(mark, words, marks.alone(mark))
    update()
    marks.highlight(mark)
    list.highlight(mark, from === 'map')
    if (from === 'map') speak(fill(sentences.chosen, { name: mark.name, kind: sentences[mark.sort] }))
  }

  marks.onChoose = (mark) => choose(mark, 'map')
  list.onChoose = (mark) => choose(mark, 'list')
  areas.onSpeak = speak
  choices.onSorts = update
  choices.onKinds = async (kind) => {
    if (kind && !areas.has(kind)) {
      speak(sentences.loading)
      try {
        areas.add(await reads(outlinesAt(said, [kind])))
      } catch {
        choices.untick(kind)
        return speak(sentences.failed)
      }
      speak('')
    }
    redraw()
  }
  panel.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    const mark = ground.closePopup()
    if (mark) marks.focus(mark)
    else close(place, button)
  })

  place.append(panel)
  opened.set(place, { ground })
  place.classList.add('has-map')
  place.closest('.columns, .split')?.classList.add('with-map')
  panel.classList.toggle('is-wide', panel.clientWidth >= WIDE)
  new ResizeObserver(() => {
    panel.classList.toggle('is-wide', panel.clientWidth >= WIDE)
    ground.fit()
  }).observe(panel)
  button.setAttribute('aria-expanded', 'true')
  button.textContent = sentences.close
  areas.add(outlines)
  ground.begin(outlines, all.filter((mark) => mark.isOfPage), areas.ownBounds())
  areas.listen()
  ground.onMove = () => { update(); areas.read(); keepAddress() }
  ground.onPoint = (at, means) => areas.press(at, means)
  redraw()
  if (!said.mapOpens) {
    button.focus()
    button.scrollIntoView({ block: 'start' })
    speak(sentences.opened)
  }
}

function close (place, button) {
  shut(place, button)
  button.textContent = place.dataset.mapButton
  button.focus()
}

function shut (place, button) {
  opened.get(place)?.ground.end()
  opened.delete(place)
  place.querySelector('.map-panel')?.remove()
  place.classList.remove('has-map')
  place.closest('.columns, .split')?.classList.remove('with-map')
  button.setAttribute('aria-expanded', 'false')
}
