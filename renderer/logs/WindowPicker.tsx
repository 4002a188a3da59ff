/** Owns how the wanted time is chosen: by name, or typed as a range in the admin's own zone. */
import { Select, TextInput } from "@mantine/core";
import { momentText } from "../kit/time.ts";
import { rangeOf, windowKey, windows } from "./choice.ts";
import { changeDraft, type TypedRange, useLogsUi } from "./store.ts";

const choices = [...windows.map(({ key, label }) => ({ value: key, label })), { value: "range", label: "From … to …" }];

/** What is typed stays as it is; the window is what it last meant. */
function takeRange(range: TypedRange) {
  const meant = rangeOf(range, Date.now());
  changeDraft({ range, ...("window" in meant ? meant : {}) });
}

export function WindowPicker() {
  const { window, range } = useLogsUi((ui) => ui.draft);
  const choose = (next: string | null) => {
    const named = windows.find((each) => each.key === next)?.window;
    const to = Date.now();
    if (named) changeDraft({ window: named, range: null });
    else takeRange({ from: momentText(to - 86_400_000), to: momentText(to) });
  };
  return (
    <div className="lg-window">
      <Select
        label="Time"
        data={choices}
        value={range === null ? windowKey(window) : "range"}
        allowDeselect={false}
        onChange={choose}
        inputWrapperOrder={["label", "input", "description"]}
        description="Logs that end before it are left out; a journal is cut to it."
      />
      {range !== null && <Range range={range} />}
    </div>
  );
}

function Range({ range }: { readonly range: TypedRange }) {
  const meant = rangeOf(range, Date.now());
  const wrong = "wrong" in meant ? meant.wrong : null;
  return (
    <div className="lg-range">
      {(["from", "to"] as const).map((end) => (
        <TextInput
          key={end}
          label={end === "from" ? "From" : "To"}
          value={range[end]}
          placeholder={end === "from" ? "the beginning" : "now"}
          error={wrong?.[end] ?? null}
          onChange={({ currentTarget: { value } }) => takeRange({ ...range, [end]: value })}
        />
      ))}
    </div>
  );
}
