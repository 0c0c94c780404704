import { For } from "solid-js";
import { invite, type Role } from "../../api/identity.ts";
import { humanize } from "../../lib/format.ts";
import { Field } from "../../ui/field.tsx";
import { createForm } from "../../ui/form.ts";
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
      toast(`Invitation sent to ${email}.`);
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
        help="Only the owner of this address can accept. The link expires in two days."
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
                {humanize(role)}
                <span class="help">{ROLES[role]}</span>
              </span>
            </label>
          )}
        </For>
      </fieldset>
    </FormDialog>
  );
}
