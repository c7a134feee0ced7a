// The ground that moves: Leaflet, its keys, its buttons, the popup, and tiles where a council has some.
import { LatLngBounds, Map as LeafletMap, Polygon, SVG, TileLayer, DomEvent, Popup } from 'leaflet/dist/leaflet-src.esm.js'
import { feature } from 'topojson-client'

import { factsOf } from './list.js'
import { isStill, make, named } from './making.js'

const CLOSEST = 18
const STEP = 90 // pixels that an arrow key moves the map

export const latLngs = (rings) => rings.map((ring) => ring.map(([lon, lat]) => [lat, lon]))
export const polygonsOf = ({ type, coordinates }) => type === 'Polygon' ? [coordinates] : coordinates

export class Ground {
  constructor (said, sentences) {
    this.said = said
    this.onMove = this.onPoint = () => {}
    this.help = make('p', { className: 'map-help', id: 'map-help' }, sentences.help)
    this.thanks = made(said.mapTilesThanks)
    this.box = make('div', { className: 'map-ground', tabIndex: 0, role: 'application', dir: 'ltr' })
    this.box.setAttribute('aria-label', sentences.map)
    this.box.setAttribute('aria-describedby', 'map-help map-reading')
    this.box.append(make('div', { className: 'map-cross' }))
    this.element = make('div', { className: 'map-frame' }, this.#buttons(sentences), this.box)
  }

  // Shows the land, and first of it what the page is about: its areas, or else its marks.
  begin (topology, marks, own) {
    const still = isStill()
    const map = this.map = new LeafletMap(this.box, {
      attributionControl: false,
      fadeAnimation: false,
      keyboard: false,
      markerZoomAnimation: !still,
      maxZoom: CLOSEST,
      minZoom: 7,
      renderer: new SVG({ padding: 0.5 }),
      scrollWheelZoom: false,
      zoomAnimation: !still,
      zoomControl: false,
      zoomSnap: 0.5
    })
    const land = feature(topology, topology.objects.land)
    this.whole = new LatLngBounds(land.features.filter(isOf(this.said.map)).flatMap(({ geometry }) =>
      polygonsOf(geometry).flatMap((rings) => latLngs(rings).flat())))
    this.#look(marks, own)
    this.#tiles()
    map.createPane('land').style.zIndex = 250
    for (const { geometry } of land.features) {
      new Polygon(polygonsOf(geometry).map(latLngs), {
        className: 'map-land', interactive: false, pane: 'land', renderer: this.#under ??= new SVG({ padding: 0.5, pane: 'land' }), smoothFactor: 0
      }).addTo(map)
    }
    map.on('moveend', () => this.onMove())
    map.on('click', ({ latlng }) => this.onPoint(latlng, 'pointer'))
    this.box.addEventListener('focusin', () => map.scrollWheelZoom.enable())
    this.box.addEventListener('focusout', () => map.scrollWheelZoom.disable())
    this.box.addEventListener('keydown', (event) => this.#key(event))
  }

  end () {
    this.map?.remove()
  }

  // Takes the room there is now.
  fit () {
    if (this.map && this.box.isConnected) this.map.invalidateSize({ animate: false })
  }

  get middle () { return this.map.getCenter() }
  get zoom () { return this.map.getZoom() }

  sees ([lat, lon]) {
    return this.map.getBounds().contains([lat, lon])
  }

  // Opens the mark of a place, from a zoom if one is given; what runs there stands in the list.
  showMark (mark, { sentences, pages }, zoom) {
    const animate = !isStill()
    if (zoom) this.map.setView(mark.at, Math.max(this.map.getZoom(), zoom), { animate: false })
    this.closePopup()
    this.shown = mark
    this.popup = new Popup({ autoPan: false, closeButton: false, maxWidth: 260, offset: [0, -14] })
      .setLatLng(mark.at)
      .setContent(make('div', {}, make('strong', {}, named(mark.name)), make('p', {}, sentences[mark.sort]),
        ...factsOf({ ...mark, services: [] }, sentences, pages)))
      .openOn(this.map)
    this.map.panInside(mark.at, { paddingTopLeft: [140, 170], paddingBottomRight: [140, 30], animate })
  }

  showText (at, ...content) {
    this.closePopup()
    this.popup = new Popup({ autoPan: false, closeButton: false, maxWidth: 260 })
      .setLatLng(at).setContent(make('div', {}, ...content)).openOn(this.map)
  }

  // The mark whose popup was open, true for another popup, nothing where none was open.
  closePopup () {
    const { shown, popup } = this
    this.shown = this.popup = null
    if (!popup?.isOpen()) return null
    this.map.closePopup(popup)
    return shown ?? true
  }

  #under = null

  #look (marks, own) {
    const { mapAt, mapYou, mapOpens } = this.said
    const [lat, lon, zoom] = (mapAt ?? '').split(',').map(Number)
    if (zoom) return this.map.setView([lat, lon], zoom)
    const spots = marks.map(({ at }) => at)
    if (mapYou) spots.push(mapYou.split(',').map(Number))
    const bounds = mapYou || (spots.length && !own && !mapOpens) ? new LatLngBounds(spots) : own ?? this.whole
    this.map.fitBounds(bounds, { maxZoom: 15, padding: [24, 24] })
  }

  #tiles () {
    if (!this.said.mapTiles) return
    this.box.classList.add('has-tiles')
    new TileLayer(this.said.mapTiles, { maxZoom: CLOSEST, referrerPolicy: 'no-referrer' }).addTo(this.map)
  }

  #buttons ({ closer, farther, whole }) {
    const button = (sign, words, act) => {
      const made = make('button', { type: 'button', title: words }, make('span', { ariaHidden: 'true' }, sign))
      made.setAttribute('aria-label', words)
      made.addEventListener('click', act)
      return made
    }
    return make('div', { className: 'map-zoom', dir: 'ltr' },
      button('+', closer, () => this.map.zoomIn()),
      button('−', farther, () => this.map.zoomOut()),
      button('⤢', whole, () => this.map.fitBounds(this.whole)))
  }

  #key (event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const by = { ArrowUp: [0, -STEP], ArrowDown: [0, STEP], ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0] }[event.key]
    if (by) this.map.panBy(by, { animate: !isStill() })
    else if (event.key === '+' || event.key === '=') this.map.zoomIn()
    else if (event.key === '-' || event.key === '_') this.map.zoomOut()
    else if (event.key === 'Enter' && event.target === this.box) this.onPoint(this.map.getCenter(), 'keys')
    else return
    DomEvent.stop(event)
  }
}

const made = (words) => words ? make('span', { lang: 'en', dir: 'ltr' }, `${words} `) : ''

// The land of the area itself; where the area is no council, all land in the answer.
const isOf = (area) => (land, _, all) => {
  const [kind, code] = [area.slice(0, area.indexOf(':')), area.slice(area.indexOf(':') + 1)]
  return kind !== 'local_authority' || land.id === code || !all.some((one) => one.id === code)
}
