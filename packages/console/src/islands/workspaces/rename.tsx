import { Show } from "solid-js";
import { renameTenant, type Tenant } from "../../api/identity.ts";
import { Field } from "../../ui/field.tsx";
import { createForm } from "../../ui/form.ts";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { fetchMe, me } from "../../ui/me.ts";
import { toast } from "../../ui/toast.tsx";

type Props = { open: boolean; onOpenChange(open: boolean): void };

/** Renames the active workspace. */
export const RenameWorkspace = (props: Props) => (
  <Show when={me()?.tenant} keyed>
    {(tenant) => <RenameForm {...props} tenant={tenant} />}
  </Show>
);

function RenameForm(props: Props & { tenant: Tenant }) {
  const form = createForm({
    click: "tenant.rename",
    initial: { name: props.tenant.name },
    async send({ name }, { click }) {
      await renameTenant(click, props.tenant.id, name);
      props.onOpenChange(false);
      toast("Workspace renamed.");
      await fetchMe();
    },
  });
  return (
    <FormDialog
      form={form}
      open={props.open}
      onOpenChange={props.onOpenChange}
      title="Rename workspace"
      action="Rename"
    >
      <Field form={form} name="name" label="Name" maxLength={200} />
    </FormDialog>
  );
}
