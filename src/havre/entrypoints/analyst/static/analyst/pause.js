/* The time left, counted down by the minute; when it is over the page is asked again, and says what is next. */
"use strict";
(() => {
  const place = document.getElementById("left");
  if (!place) return;
  const { seconds, one, many, long, hours, over } = place.dataset, end = performance.now() + 1000 * Number(seconds);
  const draw = () => {
    const minutes = Math.ceil((end - performance.now()) / 60_000);
    if (minutes <= 0) { place.textContent = over; clearInterval(clock); location.reload(); return; }
    const words = minutes === 1 ? one : minutes < Number(long) ? many.replace("#", minutes)
      : hours.replace("##", minutes % 60).replace("#", Math.floor(minutes / 60));
    if (place.textContent !== words) place.textContent = words;
  };
  const clock = setInterval(draw, 1000);
  draw();
})();
