/** Which keys move the graph. */
import type { Stage } from "./use-stage.ts";

const stepPx = 90;
const step = 1.3;

/** False where the key moves nothing. */
export function moveByKey(stage: Stage, key: string): boolean {
  switch (key) {
    case "+":
    case "=":
      stage.zoomBy(step);
      return true;
    case "-":
      stage.zoomBy(1 / step);
      return true;
    case "0":
      stage.fit();
      return true;
    case "ArrowLeft":
      stage.panBy(stepPx, 0);
      return true;
    case "ArrowRight":
      stage.panBy(-stepPx, 0);
      return true;
    case "ArrowUp":
      stage.panBy(0, stepPx);
      return true;
    case "ArrowDown":
      stage.panBy(0, -stepPx);
      return true;
    default:
      return false;
  }
}
