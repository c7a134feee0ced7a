// All that can be marked, in the order of the list: what the page itself shows, then the rest by sort and name.
import { SORTS } from './choices.js'

export function marksOf (place, gathered) {
  const known = new Map()
  for (const sort of SORTS) {
    for (const mark of gathered[sort]) known.set(`${sort}:${mark.key}`, { ...mark, sort, id: `${sort}:${mark.key}` })
  }
  const ofPage = [...place.querySelectorAll('[data-at]')].map((item, index) => {
    const number = Number(item.dataset.number ?? 0)
    const sort = number ? 'place' : 'hub'
    const link = item.querySelector('a')
    const gatheredToo = known.get(`hub:${item.dataset.key}`) ?? known.get(`place:${item.dataset.key}`)
    if (gatheredToo) known.delete(gatheredToo.id)
    return {
      sort,
      id: `page:${index}`,
      key: item.dataset.key,
      at: item.dataset.at.split(',').map(Number),
      name: (link ?? item.querySelector('span:not(.number)')).textContent.trim(),
      ...gatheredToo,
      number,
      isOfPage: true,
      far: item.querySelector('.soft')?.textContent
    }
  })
  return [...ofPage, ...known.values()].map((mark, order) => ({ ...mark, order }))
}
