// Small things the other files share.

// An element with properties (attributes where the element has no such property) and children.
export function make (tag, properties = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) element[name] = value
    else element.setAttribute(name.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`), value)
  }
  element.append(...children.filter((child) => child !== null && child !== undefined))
  return element
}

// A drawing of paths in a box of 24 by 24; whoever uses it says in words what it is.
export function drawing (...paths) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  svg.setAttribute('focusable', 'false')
  for (const d of paths) {
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path')
    path.setAttribute('d', d)
    svg.append(path)
  }
  return svg
}

// A sentence with its {gaps} filled.
export const fill = (sentence, gaps) => sentence.replace(/\{(\w+)\}/g, (_, name) => gaps[name])

// What an address of our own server answers.
export async function reads (address) {
  const response = await fetch(address, { credentials: 'same-origin' })
  if (!response.ok) throw new Error(`${address}: ${response.status}`)
  return response.json()
}

// Names of places and areas are English in every language.
export const named = (name) => make('span', { lang: 'en', dir: 'ltr' }, name)

export const isStill = () => matchMedia('(prefers-reduced-motion: reduce)').matches
