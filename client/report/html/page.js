// Comfort only: names the port under the pointer, or under a cursor that arrow keys move.
"use strict";
for (const map of document.querySelectorAll("svg.map")) {
  const said = map.parentElement.querySelector(".under-pointer");
  const cells = [...map.querySelectorAll(".cells path")];
  const last = 255;
  let at = null;

  const cursor = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  cursor.setAttribute("class", "cursor");
  cursor.setAttribute("width", 1);
  cursor.setAttribute("height", 1);

  function verdictAt(x, y) {
    const point = new DOMPoint(x + 0.5, y);  // the cells lie half a unit lower
    const cell = cells.find((path) => path.isPointInStroke(point));
    return cell ? cell.querySelector("title").textContent : "no result";
  }

  function show(x, y) {
    at = [x, y];
    cursor.setAttribute("x", x);
    cursor.setAttribute("y", y);
    map.append(cursor);
    said.textContent = `${map.dataset.protocol}/${y * 256 + x}: ${verdictAt(x, y)}`;
  }

  map.tabIndex = 0;
  map.addEventListener("pointermove", (event) => {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(map.getScreenCTM().inverse());
    const [x, y] = [Math.floor(point.x), Math.floor(point.y)];
    if (x >= 0 && x <= last && y >= 0 && y <= last) {
      show(x, y);
    }
  });
  map.addEventListener("focus", () => at || show(0, 0));
  map.addEventListener("keydown", (event) => {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const move = moves[event.key];
    if (move) {
      event.preventDefault();
      const step = event.shiftKey ? 16 : 1;
      const [x, y] = at || [0, 0];
      show(...[x + step * move[0], y + step * move[1]].map((to) => Math.min(last, Math.max(0, to))));
    }
  });
}
