// Before somebody is signed out because nothing happened, the page says so and one press keeps them signed in.
// A page that was forgotten in another window says when it is too late: what was typed still stands on it.
// One that must not be left open is left then, unless somebody has begun to write.
const WARN_SECONDS = 120

export function warnOfEnd (box) {
  const [ask, told] = [box.querySelector('[data-stay-ask]'), box.querySelector('[data-stay-told]')]
  const form = box.querySelector('form')
  const timers = []
  let isTyped = false

  const show = (words) => {
    box.hidden = false
    ask.hidden = words !== ask
    told.hidden = words !== told
  }
  const wait = (seconds) => {
    timers.splice(0).forEach(clearTimeout)
    box.hidden = true
    timers.push(setTimeout(() => show(ask), Math.max(0, seconds - WARN_SECONDS) * 1000))
    timers.push(setTimeout(end, seconds * 1000))
  }
  const end = () => {
    show(told)
    if (box.dataset.stayThen && !isTyped) window.location.replace(box.dataset.stayThen)
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    fetch(form.action, { method: 'POST', body: new FormData(form), redirect: 'error' })
      .then((answer) => answer.ok ? answer.json() : Promise.reject(answer))
      .then(({ seconds }) => wait(seconds))
      .catch(() => show(told))
  })
  document.addEventListener('input', () => { isTyped = true })
  wait(Number(box.dataset.stay))
}
