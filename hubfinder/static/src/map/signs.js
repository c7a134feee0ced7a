// The signs of the sorts of place: each has a shape of its own, so that colour is not needed to tell them apart.
const disc = 'M12 2a10 10 0 1 1 0 20a10 10 0 1 1 0-20z'

export const SIGNS = {
  hub: ['M12 1 1.500 10v12.500h21V10z', 'M9 22v-7h6v7'],
  place: [disc, 'M12 8.500a3.500 3.500 0 1 1 0 7a3.500 3.500 0 1 1 0-7z'],
  school: ['M2 2h20v20H2z', 'M6 7c2.500-1 4.500-1 6 0c1.500-1 3.500-1 6 0v10c-2.500-1-4.500-1-6 0c-1.500-1-3.500-1-6 0zM12 7v10'],
  surgery: ['M12 .5 23.500 12 12 23.500 .5 12z', 'M12 7v10M7 12h10'],
  cluster: [disc]
}
