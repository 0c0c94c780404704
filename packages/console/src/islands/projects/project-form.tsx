import type { Project } from "../../api/client.ts";
import { type Attributes, attributesOf, attributesText } from "../../lib/attributes.ts";
import type { Click } from "../../lib/click.ts";
import { Field } from "../../ui/field.tsx";
import { createForm } from "../../ui/form.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";

type Entered = { name: string; description: string; attributes: string };
type Values = Omit<Entered, "attributes"> & { attributes: Attributes };

type Props = {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: string;
  action: string;
  click: string;
  initial?: Values;
  save(change: { click: Click; key: string }, values: Values): Promise<Project>;
  saved(project: Project): void;
};

const NOTHING: Values = { name: "", description: "", attributes: {} };

/** What people say of a project, a new one or one that is there. What was typed outlives the dialog. */
export function ProjectForm(props: Props) {
  const { name, description, attributes } = props.initial ?? NOTHING;
  const form = createForm<Entered>({
    click: props.click,
    initial: { name, description, attributes: attributesText(attributes) },
    fieldOf: ({ code }) => (code === "console.attributes" ? "attributes" : undefined),
    async send(entered, change) {
      const values = { ...entered, attributes: attributesOf(entered.attributes) };
      const project = await props.save(change, values);
      props.onOpenChange(false);
      props.saved(project);
      form.reset();
    },
  });
  return (
    <FormDialog
      form={form}
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={props.title}
      action={props.action}
    >
      <Field form={form} name="name" label="Name" maxLength={200} />
      <Field
        form={form}
        name="description"
        label="Description"
        rows={4}
        maxLength={10_000}
        optional
        help="What your colleagues should know."
      />
      <Field
        form={form}
        name="attributes"
        label="Attributes"
        rows={3}
        optional
        help="A name and a value on each line, such as stage: live. The list of projects can be searched by them."
      />
    </FormDialog>
  );
}
