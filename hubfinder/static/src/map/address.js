// What the map shows, as an address of its own page.

export function addressOf (said, kinds, ground) {
  const { lat, lng } = ground.middle
  const rounded = [lat.toFixed(3), lng.toFixed(3), Math.round(ground.zoom * 100) / 100]
  const words = new URLSearchParams({ place: said.mapPlace, kinds: [...kinds].join(','), at: rounded.join(',') })
  return `${said.mapPage}?${words.toString().replace(/%2C/g, ',').replace(/%3A/g, ':')}`
}

export const keep = (address) => history.replaceState(history.state, '', address)
