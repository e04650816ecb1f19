// What a drill says of a Kubernetes: which deployment, by which context, and what each fault sets.
import { z } from 'zod';
import { environmentVariable } from './environment.ts';

const replicasMax = 100;

const name = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,252}$/, 'a name as `kubectl get` shows it');
const kinds = z.enum([
  'kubernetes-rollout-restart',
  'kubernetes-set-image',
  'kubernetes-delete-pod',
  'kubernetes-scale',
]);

export const kubernetesSchema = z
  .strictObject({
    use: z.literal('kubernetes'),
    /** Of the kubeconfig, by name: what `kubectl` happens to point at is nobody's choice. */
    context: z.string().min(1),
    /** Otherwise what KUBECONFIG names, or ~/.kube/config. */
    kubeconfigFile: z.string().min(1).optional(),
    /** The environment variable that holds a kubeconfig itself. */
    kubeconfigEnv: environmentVariable.optional(),
    namespace: name,
    deployment: name,
    /** For kubernetes-set-image: which container gets which. */
    container: name.optional(),
    image: z.string().min(1).optional(),
    /** For kubernetes-scale. */
    replicas: z.int().min(0).max(replicasMax).optional(),
    /** What may be done to it. */
    faults: z.array(kinds).min(1),
  })
  .refine(({ kubeconfigFile, kubeconfigEnv }) => kubeconfigFile === undefined || kubeconfigEnv === undefined, {
    path: ['kubeconfigFile'],
    error: 'name the kubeconfig as kubeconfigFile or as kubeconfigEnv, not both',
  })
  .refine(({ faults, container, image }) => !faults.includes('kubernetes-set-image') || (container && image), {
    path: ['image'],
    error: 'kubernetes-set-image needs a container and its other image',
  })
  .refine(({ faults, replicas }) => !faults.includes('kubernetes-scale') || replicas !== undefined, {
    path: ['replicas'],
    error: 'kubernetes-scale needs the number of replicas',
  });
export type KubernetesConfig = z.infer<typeof kubernetesSchema>;
