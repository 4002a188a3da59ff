/** Owns how a failed call reaches the admin when no place of its own shows it: a notification with the fault. */
import { notifications } from "@mantine/notifications";
import { faultOf } from "../../electron/contract/fault-of.ts";

/** Runs a call; on failure shows its fault, tells `shown` the message's id, and resolves to null. */
export async function attempt<T>(work: Promise<T>, shown: (id: string) => void = () => {}): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    const { title, detail, next } = faultOf(error);
    const id = notifications.show({
      title,
      message: `${detail} ${next}`,
      color: "red",
      autoClose: 12_000,
      withBorder: true,
      closeButtonProps: { "aria-label": "Close this message" },
    });
    shown(id);
    return null;
  }
}
