const list = document.querySelector('#ticks');

new EventSource('/events/stream').addEventListener('message', ({ data }) => {
  const item = document.createElement('li');
  item.textContent = data;
  list.prepend(item);
});
