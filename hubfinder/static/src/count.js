// Under a field for many words: how much room is left, once a quarter is, or how much is too much. Nothing is cut
// off. It is said after a pause, so that a screen reader is not interrupted at every letter.
const PAUSE = 500
const SAID_FROM = 0.75

export function countAlong (line) {
  const { room, roomOf, roomLeft, roomOver } = line.dataset
  const field = document.getElementById(roomOf)
  const atFirst = line.textContent
  const isOverAtFirst = line.firstElementChild !== null
  const most = Number(room)
  let timer = 0

  const say = (words, isOver) => {
    if (line.textContent === words) return
    const part = isOver ? document.createElement('strong') : document.createTextNode('')
    part.textContent = words
    line.replaceChildren(part)
  }
  const count = () => {
    // As the server counts: whole characters, each in its shortest form.
    const used = [...field.value.normalize('NFC')].length
    const number = Math.abs(most - used).toLocaleString('en-GB')
    if (used > most) say(roomOver.replace('{number}', number), true)
    else if (used >= most * SAID_FROM || isOverAtFirst) say(roomLeft.replace('{number}', number), false)
    else say(atFirst, false)
  }

  field.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(count, PAUSE)
  })
  window.addEventListener('pageshow', count)
}
