// Names of places and areas on the ground, where there is room for them. The list and the line under the map
// say names to those who do not see these.
import { DivIcon, LayerGroup, Marker } from 'leaflet/dist/leaflet-src.esm.js'

import { make } from './making.js'

const HEIGHT = 18
const LETTER = 7.5
const SMALL_FROM = 12 // zoom from which villages are named
const MOST = 60

export class Labels {
  constructor (ground, areas, names) {
    Object.assign(this, { ground, areas, names })
  }

  // Names all that fits between the marks, whose spots are given in pixels.
  place (spots) {
    this.layer ??= new LayerGroup().addTo(this.ground.map)
    this.layer.clearLayers()
    const taken = spots.map(({ x, y }) => ({ x, y, wide: 36, high: 36 }))
    let placed = 0
    for (const { words, at, room, style } of this.#candidates()) {
      const { x, y } = this.ground.map.latLngToContainerPoint(at)
      const box = { x, y, wide: words.length * LETTER + 8, high: HEIGHT }
      if (box.wide > room || !this.#isInSight(box) || taken.some((other) => touch(box, other))) continue
      taken.push(box)
      const html = make('span', { lang: 'en', dir: 'ltr' }, words)
      new Marker(at, {
        icon: new DivIcon({ className: `map-label ${style}`, html, iconSize: [0, 0] }), interactive: false, keyboard: false
      }).addTo(this.layer).getElement().setAttribute('aria-hidden', 'true')
      if (++placed >= MOST) return
    }
  }

  #candidates () {
    const zoom = this.ground.zoom
    const places = this.names.filter(({ where }) => zoom >= SMALL_FROM || ['city', 'town'].includes(where))
      .map(({ name, at, where }) => ({ words: name, at, room: Infinity, style: `map-place-name ${where}` }))
    const areas = (this.areas.shown ?? []).map((area) => this.#ofArea(area))
    return [...areas.filter(({ isOwn }) => isOwn), ...places, ...areas.filter(({ isOwn }) => !isOwn)]
  }

  #ofArea (area) {
    area.widest ??= widest(area)
    const { west, east, lat } = area.widest
    const room = this.ground.map.latLngToContainerPoint([lat, east]).x - this.ground.map.latLngToContainerPoint([lat, west]).x
    const style = `map-area-name map-kind-${area.kind}${area.isOwn ? ' is-own' : ''}`
    return { words: area.name, at: [lat, (west + east) / 2], room: area.isOwn ? Infinity : room, style, isOwn: area.isOwn }
  }

  #isInSight ({ x, y, wide }) {
    const size = this.ground.map.getSize()
    return x > wide / 2 && x < size.x - wide / 2 && y > HEIGHT && y < size.y - HEIGHT / 2
  }
}

const touch = (a, b) => Math.abs(a.x - b.x) < (a.wide + b.wide) / 2 && Math.abs(a.y - b.y) < (a.high + b.high) / 2

// The widest line from west to east inside an area, of a few that were tried.
function widest ({ polygons, bounds }) {
  let best = { west: bounds.getWest(), east: bounds.getEast(), lat: bounds.getCenter().lat }
  let width = 0
  for (let step = 2; step <= 8; step++) {
    const lat = bounds.getSouth() + (bounds.getNorth() - bounds.getSouth()) * step / 10
    const xs = crossings(polygons, lat)
    for (let i = 0; i + 1 < xs.length; i += 2) {
      const gain = (xs[i + 1] - xs[i]) * (step === 5 ? 1.1 : 1)
      if (gain > width) {
        width = gain
        best = { west: xs[i], east: xs[i + 1], lat }
      }
    }
  }
  return best
}

function crossings (polygons, y) {
  const xs = []
  for (const ring of polygons.flat()) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [x1, y1] = ring[i]
      const [x2, y2] = ring[j]
      if ((y1 > y) !== (y2 > y)) xs.push((x2 - x1) * (y - y1) / (y2 - y1) + x1)
    }
  }
  return xs.sort((a, b) => a - b)
}
