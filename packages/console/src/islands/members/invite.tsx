import { For } from "solid-js";
import { invite, type Role } from "../../api/identity.ts";
import { words } from "../../lib/format.ts";
import { Field } from "../../ui/field.tsx";
import { createForm } from "../../ui/form.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { me } from "../../ui/me.ts";
import { toast } from "../../ui/toast.tsx";
import { ROLES, rolesFor } from "./roles.ts";

type Props = { open: boolean; onOpenChange(open: boolean): void; invited(): void };

export function Invite(props: Props) {
  const form = createForm({
    click: "invitation.create",
    initial: { email: "", role: "member" },
    async send({ email, role }, { click }) {
      await invite(click, { email, role: role as Role });
      toast(`An invitation is on its way to ${email}.`);
      props.onOpenChange(false);
      props.invited();
      form.reset();
    },
  });
  return (
    <FormDialog
      form={form}
      open={props.open}
      onOpenChange={props.onOpenChange}
      title="Invite a colleague"
      action="Send invitation"
    >
      <Field
        form={form}
        name="email"
        label="Email"
        type="email"
        help="Only whoever has this address can accept. The link is good for two days."
      />
      <fieldset class="group">
        <legend class="label">Role</legend>
        <For each={rolesFor(me()?.role)}>
          {(role) => (
            <label class="check">
              <input
                type="radio"
                name="role"
                value={role}
                checked={form.values.role === role}
                onChange={() => form.set({ role })}
              />
              <span>
                {words(role)}
                <span class="help">{ROLES[role]}</span>
              </span>
            </label>
          )}
        </For>
      </fieldset>
    </FormDialog>
  );
}
