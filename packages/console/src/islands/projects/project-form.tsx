import type { Project } from "../../api/client.ts";
import type { Click } from "../../lib/click.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { createForm, FormView } from "../../ui/form.tsx";

type Values = { name: string; description: string };

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

/** Name and description, for a new project and for one that is there. What was typed outlives the dialog. */
export function ProjectForm(props: Props) {
  const form = createForm<Values>({
    click: props.click,
    initial: props.initial ?? { name: "", description: "" },
    async send(values, change) {
      const project = await props.save(change, values);
      props.onOpenChange(false);
      props.saved(project);
      form.reset();
    },
  });
  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange} title={props.title}>
      <FormView form={form} action={props.action}>
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
      </FormView>
    </Dialog>
  );
}
