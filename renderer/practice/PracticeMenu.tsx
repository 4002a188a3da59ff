import { Button, Popover, Switch } from "@mantine/core";
import { IconHammer } from "@tabler/icons-react";
import { client } from "../client.ts";
import { attempt } from "../kit/attempt.ts";
import { usePractice } from "../stores.ts";
import "./practice.css";

/** Breaks the practice lab on purpose, and mends it. */
export function PracticeMenu() {
  const practice = usePractice((mirror) => mirror.value);
  if (!practice?.running) return null;
  const broken = practice.scenarios.filter(({ active }) => active).length;
  return (
    <Popover position="bottom-end" width={340} withArrow trapFocus>
      <Popover.Target>
        <Button variant="default" size="compact-xs">
          <IconHammer size={15} className="hr-folded" aria-hidden />
          <span className="hr-fold">{broken === 0 ? "Break something" : `${broken} broken on purpose`}</span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className="hr-scenarios">
          {practice.scenarios.map(({ id, title, description, active }) => (
            <Switch
              key={id}
              checked={active}
              label={title}
              description={description}
              size="xs"
              onChange={({ currentTarget }) =>
                attempt(client.practice.set({ scenario: id, active: currentTarget.checked }))
              }
            />
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
