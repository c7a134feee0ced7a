// The footprints: drawn by kind, named under the pointer or in the middle, and picked where a page asks for it.
import { LatLngBounds, Polygon, Polyline } from 'leaflet/dist/leaflet-src.esm.js'
import { feature, mesh } from 'topojson-client'

import { latLngs, polygonsOf } from './ground.js'
import { fill, make, named } from './making.js'

// Large ones first, so that small ones lie over them.
const ORDER = ['nation', 'criminal_justice_area', 'police_area', 'icb', 'local_authority', 'primary_care_network',
  'school_catchment_secondary', 'neighbourhood', 'ward', 'school_catchment_primary', 'school_catchment_junior',
  'school_catchment_infant', 'msoa', 'small_area']
const PATIENCE = 500 // milliseconds without a key before the areas in the middle are said

export class Areas {
  constructor (ground, said, { sentences, kinds, pages }) {
    Object.assign(this, { ground, sentences, kinds, pages })
    this.page = pages.footprint
    this.own = new Set((said.mapOwn ?? '').split(' ').filter(Boolean))
    this.picks = said.mapPicks
    this.all = new Map()
    this.borders = new Map()
    this.shownKinds = new Set()
    this.onSpeak = () => {}
    this.reading = make('p', { className: 'map-reading', id: 'map-reading' })
    if (this.picks) document.addEventListener('change', ({ target }) => this.#changed(target))
  }

  has (kind) {
    return this.asked?.has(kind)
  }

  // Takes in an answer of the server: TopoJSON with its layers beside it. The borders of a kind are one line,
  // in which what neighbours share is drawn once; an area itself is drawn only where something is said of it.
  add (topology) {
    this.asked ??= new Set()
    for (const [kind, object] of Object.entries(topology.objects)) {
      if (kind === 'land') {
        this.landLayers = object.geometries.map(({ properties }) => topology.layers[properties.layer])
        continue
      }
      this.asked.add(kind)
      if (!this.borders.has(kind)) this.borders.set(kind, bordersOf(topology, object, kind))
      for (const { id, geometry, properties } of feature(topology, object).features) {
        const key = `${kind}:${id}`
        if (!this.all.has(key)) this.all.set(key, this.#area(key, kind, id, geometry, topology, properties))
      }
    }
  }

  listen () {
    this.ground.map.on('mousemove', this.#hover)
    this.ground.map.on('mouseout', this.#leave)
  }

  // The ground of the page's own areas; nothing where it has none.
  ownBounds () {
    const own = [...this.all.values()].filter((area) => area.isOwn)
    return own.length ? own.reduce((bounds, area) => bounds.extend(area.bounds), new LatLngBounds([])) : undefined
  }

  // Draws the kinds to be shown and the page's own areas.
  show (kinds) {
    this.shownKinds = new Set(kinds)
    this.#over(null)
    this.shown = [...this.all.values()].filter((area) => this.#isShown(area))
    for (const area of this.all.values()) this.#dress(area)
    for (const kind of ORDER) {
      const border = this.borders.get(kind)
      if (this.shownKinds.has(kind)) border?.addTo(this.ground.map).bringToFront()
      else border?.remove()
    }
    const own = this.shown.filter((area) => area.isOwn).sort((a, b) => this.#depth(a) - this.#depth(b))
    for (const area of own) if (!this.#isFilled(area)) area.path.bringToFront()
    this.read()
  }

  kindsShown () {
    return new Set(this.shown.map(({ kind }) => kind))
  }

  layersShown () {
    const layers = [...this.shown.map(({ layer }) => layer), ...(this.landLayers ?? [])]
    return [...new Map(layers.map((layer) => [layer.key, layer])).values()]
  }

  // Says what is in the middle of the map, if the keyboard is on it.
  read () {
    const { box, middle } = this.ground
    if (!box.contains(document.activeElement)) return
    this.#say(this.sentences.here, this.#at(middle))
    clearTimeout(this.waiting)
    this.waiting = setTimeout(() => this.onSpeak(this.reading.textContent), PATIENCE)
  }

  // A click on a point, or Enter on the one in the middle: picks an area, or names all that are there.
  press (at, means) {
    const found = this.#at(at)
    const area = found.find((one) => this.#box(one))
    if (this.picks) return area ? this.#pick(area) : undefined
    if (!found.length) return
    this.ground.showText(at, ...found.map((one) => make('p', {}, `${this.kinds[one.kind][0]}: `,
      make('a', { href: this.page.replace('KIND', one.kind).replace('KEY', encodeURIComponent(one.code)), lang: 'en' }, one.name))))
    if (means === 'keys') this.onSpeak(this.#words(found))
  }

  #area (key, kind, code, geometry, topology, { name, layer }) {
    const polygons = polygonsOf(geometry)
    const path = new Polygon(polygons.map(latLngs), {
      className: `map-area map-kind-${kind}`, interactive: false, smoothFactor: 0
    })
    const facts = topology.layers[layer]
    return { key, kind, code, name, layer: facts, polygons, path, bounds: path.getBounds(), isOwn: this.own.has(key) }
  }

  #isShown (area) {
    return area.isOwn || this.shownKinds.has(area.kind)
  }

  // One of the page's own areas has its ground coloured, under all lines: the ward, or the only one there is.
  #isFilled (area) {
    return area.isOwn && (this.own.size === 1 || area.kind === 'ward')
  }

  #depth (area) {
    return ORDER.indexOf(area.kind)
  }

  // The areas shown that hold a point, smallest kind first.
  #at ({ lat, lng }) {
    return (this.shown ?? []).filter((area) => area.bounds.contains([lat, lng]) && holds(area.polygons, lng, lat))
      .sort((a, b) => ORDER.indexOf(b.kind) - ORDER.indexOf(a.kind))
  }

  #hover = ({ latlng }) => {
    const found = this.#at(latlng)
    this.#over(found[0])
    this.#say(this.sentences.under, found)
  }

  #leave = () => {
    this.#over(null)
    this.reading.replaceChildren()
    this.read()
  }

  #over (area) {
    const before = this.over
    if (before === area) return
    this.over = area
    if (before) this.#dress(before)
    if (area) this.#dress(area)
  }

  #say (sentence, areas) {
    const words = areas.length ? this.#words(areas) : this.sentences.nowhere
    this.reading.textContent = fill(sentence, { areas: words })
  }

  #words (areas) {
    return areas.map(({ kind, name }) => `${this.kinds[kind][0]}: ${name}`).join(' · ')
  }

  #box ({ key }) {
    return this.picks && document.querySelector(`input[name="${this.picks}"][value="${CSS.escape(key)}"]`)
  }

  #dress (area) {
    const isShown = this.#isShown(area)
    const looks = {
      'is-own': area.isOwn,
      'is-filled': this.#isFilled(area),
      'is-picked': isShown && Boolean(this.#box(area)?.checked),
      'is-over': area === this.over
    }
    if (!isShown || !Object.values(looks).includes(true)) return area.path.remove()
    const isNew = !this.ground.map.hasLayer(area.path)
    const element = area.path.addTo(this.ground.map).getElement()
    for (const [look, is] of Object.entries(looks)) element.classList.toggle(look, is)
    if (isNew) area.path.bringToBack()
  }

  #pick (area) {
    const box = this.#box(area)
    box.checked = !box.checked
    box.dispatchEvent(new Event('change', { bubbles: true }))
    this.onSpeak(fill(box.checked ? this.sentences.ticked : this.sentences.cleared, { name: area.name }))
  }

  #changed (target) {
    const area = target.name === this.picks && this.all.get(target.value)
    if (area) this.#dress(area)
  }
}

function bordersOf (topology, object, kind) {
  const lines = latLngs(mesh(topology, object).coordinates)
  return new Polyline(lines, { className: `map-border map-kind-${kind}`, interactive: false, smoothFactor: 0 })
}

// Whether a point lies in one of the polygons: ray casting, holes and parts count themselves out.
function holds (polygons, x, y) {
  let inside = false
  for (const ring of polygons.flat()) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [x1, y1] = ring[i]
      const [x2, y2] = ring[j]
      if ((y1 > y) !== (y2 > y) && x < (x2 - x1) * (y - y1) / (y2 - y1) + x1) inside = !inside
    }
  }
  return inside
}
