import { createTenant } from "../../api/identity.ts";
import { slugOf } from "../../lib/slug.ts";
import { tellTabs } from "../../lib/tabs.ts";
import { Field } from "../../ui/field.tsx";
import { createForm } from "../../ui/form.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { toastThere } from "../../ui/toast.tsx";

/** Whoever creates a workspace owns it, and stands in it. */
export function CreateWorkspace(props: { open: boolean; onOpenChange(open: boolean): void }) {
  const form = createForm({
    click: "tenant.create",
    initial: { name: "" },
    async send({ name }, { click }) {
      await createTenant(click, { name, slug: slugOf(name) });
      tellTabs({ kind: "switched", tenantName: name });
      toastThere(`${name} is yours.`);
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
        help="Usually the name of a company or a team. You are its owner, and invite the others."
      />
    </FormDialog>
  );
}
