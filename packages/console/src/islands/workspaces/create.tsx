import { createTenant } from "../../api/identity.ts";
import { broadcastSessionChange } from "../../lib/session-change.ts";
import { slugOf } from "../../lib/slug.ts";
import { Field } from "../../ui/field.tsx";
import { createForm } from "../../ui/form.ts";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { toastOnNextPage } from "../../ui/toast.tsx";

/** Creates a workspace, which becomes the active one. The user becomes its owner. */
export function CreateWorkspace(props: { open: boolean; onOpenChange(open: boolean): void }) {
  const form = createForm({
    click: "tenant.create",
    initial: { name: "" },
    async send({ name }, { click }) {
      await createTenant(click, { name, slug: slugOf(name) });
      broadcastSessionChange({ kind: "switched", tenantName: name });
      toastOnNextPage(`Workspace ${name} created.`);
      location.assign("/");
    },
  });
  return (
    <FormDialog
      form={form}
      open={props.open}
      onOpenChange={props.onOpenChange}
      title="New workspace"
      action="Create workspace"
    >
      <Field
        form={form}
        name="name"
        label="Name"
        maxLength={200}
        help="Usually the name of a company or a team. You become its owner."
      />
    </FormDialog>
  );
}
