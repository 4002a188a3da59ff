import { Button, Group } from "@mantine/core";
import { client } from "../client.ts";
import { StateMark } from "../kit/StateMark.tsx";
import { useWork } from "../kit/use-work.ts";
import { useLab } from "../stores.ts";
import { mayUnsavedGo } from "./unsaved.ts";

/** In the frame for as long as changes are not saved: why, and both ways out. */
export function UnsavedNotice() {
  const fault = useLab((mirror) => mirror.value?.saveFault);
  const { busy, run } = useWork();
  return (
    <div className="hr-notice" role="alert">
      <StateMark state="degraded" />
      <span className="hr-notice-text">
        <strong>Not saved.</strong> {fault?.detail} What was changed since is kept here until it is saved or dropped.
      </span>
      <Group gap="xs">
        <Button variant="default" onClick={() => void mayUnsavedGo(null)}>
          Take the file's version…
        </Button>
        <Button variant="default" loading={busy} onClick={() => run(() => client.lab.save())}>
          Save again
        </Button>
      </Group>
    </div>
  );
}
