// The marks, put together where they are close; in the order of the list for whoever comes by keyboard.
import { DivIcon, Marker } from 'leaflet/dist/leaflet-src.esm.js'
import Supercluster from 'supercluster'

import { SIGNS } from './signs.js'
import { drawing, fill, isStill, make } from './making.js'

const ALONE = 17 // zoom from which no marks are put together
const REACH = 36 // pixels
const SPOT = 1e-4 // degrees: marks are kept a little less exactly than they are given

// A family hub that the page itself shows never disappears among others.
const standsOut = (mark) => mark.isOfPage && mark.sort === 'hub'

export class Marks {
  constructor (ground, sentences) {
    Object.assign(this, { ground, sentences })
    this.onChoose = () => {}
    this.standing = new Map()
    this.marks = []
  }

  show (marks) {
    if (marks.length !== this.marks.length || marks.some((mark, at) => mark !== this.marks[at])) {
      this.marks = marks
      this.index = new Supercluster({ maxZoom: ALONE - 1, radius: REACH, extent: 256 })
      this.index.load(marks.map((mark, at) => ({
        type: 'Feature', properties: { at }, geometry: { type: 'Point', coordinates: [mark.at[1], mark.at[0]] }
      })).filter(({ properties }) => !standsOut(marks[properties.at])))
    }
    this.#you()
    this.#stand(this.#wanted())
  }

  // The zoom from which a mark stands alone; none if it does already.
  alone (mark) {
    if (this.standing.has(mark.id)) return null
    const [lat, lon] = mark.at
    for (let zoom = Math.ceil(this.ground.zoom); zoom < ALONE; zoom++) {
      const near = this.index.getClusters([lon - SPOT, lat - SPOT, lon + SPOT, lat + SPOT], zoom)
      if (near.some(({ properties }) => this.marks[properties.at] === mark)) return zoom
    }
    return ALONE
  }

  highlight (mark) {
    for (const [id, { marker }] of this.standing) marker.getElement().classList.toggle('is-chosen', id === mark.id)
    this.chosen = mark
  }

  focus (mark) {
    const standing = this.standing.get(mark.id)
    if (standing) standing.marker.getElement().focus()
    else this.ground.box.focus()
  }

  // What else must not lie on the marks: their spots on the map, in pixels.
  get spots () {
    return [...this.standing.values()].map(({ marker }) => this.ground.map.latLngToContainerPoint(marker.getLatLng()))
  }

  #wanted () {
    const bounds = this.ground.map.getBounds().pad(0.2)
    const zoom = Math.floor(this.ground.zoom)
    const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()]
    const out = this.marks.filter((mark) => standsOut(mark) && bounds.contains(mark.at))
      .map((mark) => ({ id: mark.id, at: mark.at, order: mark.order, mark }))
    const near = this.index.getClusters(box, zoom).map(({ geometry, properties }) => {
      const at = [geometry.coordinates[1], geometry.coordinates[0]]
      if (!properties.cluster) {
        const mark = this.marks[properties.at]
        return { id: mark.id, at, order: mark.order, mark }
      }
      const leaves = this.index.getLeaves(properties.cluster_id, Infinity).map((leaf) => this.marks[leaf.properties.at])
      const order = Math.min(...leaves.map((mark) => mark.order))
      return { id: `together:${leaves.map(({ id }) => id).join(' ')}`, at, order, leaves, cluster: properties.cluster_id }
    })
    return [...out, ...near].sort((a, b) => a.order - b.order)
  }

  #stand (wanted) {
    const ids = new Set(wanted.map(({ id }) => id))
    const focused = [...this.standing.values()].find(({ marker }) => marker.getElement() === document.activeElement)
    for (const [id, { marker }] of this.standing) {
      if (ids.has(id)) continue
      marker.remove()
      this.standing.delete(id)
    }
    for (const one of wanted) {
      const marker = this.standing.get(one.id)?.marker ?? this.#make(one)
      this.standing.set(one.id, { ...one, marker })
    }
    this.#inOrder(wanted)
    if (focused && document.activeElement !== focused.marker.getElement()) this.#refocus(focused)
  }

  // The order in the page is the order of Tab.
  #inOrder (wanted) {
    const elements = wanted.map(({ id }) => this.standing.get(id).marker.getElement())
    const pane = this.ground.map.getPane('markerPane')
    const there = [...pane.children].filter((child) => child.classList.contains('map-mark'))
    if (elements.every((element, at) => element === there[at])) return
    pane.append(...elements)
  }

  // A mark that moved into others, or others that came out of it: the keyboard stays with them.
  #refocus ({ id, leaves, mark }) {
    const members = new Set(leaves ?? [mark])
    const heir = this.standing.get(id) ?? [...this.standing.values()].find((one) =>
      members.has(one.mark) || one.leaves?.some((leaf) => members.has(leaf)))
    if (heir) heir.marker.getElement().focus({ preventScroll: true })
    else this.ground.box.focus({ preventScroll: true })
  }

  #make (one) {
    const { mark } = one
    const sort = mark ? mark.sort : 'cluster'
    const content = mark?.number ? String(mark.number) : mark ? '' : String(one.leaves.length)
    const html = make('span', { className: `map-${sort}` }, drawing(...(content ? SIGNS.cluster : SIGNS[sort])),
      content && make('span', { className: 'map-number' }, content))
    const marker = new Marker(one.at, {
      icon: new DivIcon({ className: `map-mark${this.chosen && mark === this.chosen ? ' is-chosen' : ''}`, html, iconSize: [32, 32] }),
      keyboard: false,
      riseOnHover: true
    }).addTo(this.ground.map)
    const element = marker.getElement()
    element.tabIndex = 0
    element.setAttribute('role', 'button')
    if (mark) {
      element.setAttribute('aria-label', `${mark.number ? `${mark.number}. ` : ''}${mark.name}, ${this.sentences[sort]}`)
    } else {
      element.setAttribute('aria-label', fill(this.sentences.cluster, { number: one.leaves.length }))
    }
    const act = () => mark ? this.onChoose(mark) : this.#part(this.standing.get(one.id))
    marker.on('click', act)
    element.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return
      event.preventDefault()
      event.stopPropagation()
      act()
    })
    return marker
  }

  #part ({ at, cluster }) {
    const zoom = Math.min(this.index.getClusterExpansionZoom(cluster), ALONE)
    this.ground.map.setView(at, zoom, { animate: !isStill() })
  }

  #you () {
    const { mapYou } = this.ground.said
    if (!mapYou || this.you) return
    this.you = new Marker(mapYou.split(',').map(Number), {
      icon: new DivIcon({ className: 'map-you', html: make('span', {}, this.sentences.you), iconSize: [16, 16] }),
      interactive: false,
      keyboard: false
    }).addTo(this.ground.map)
  }
}
