// For tests: the document of a service that is unlike the clinic. OpenAPI 3.0 in YAML, a base path, other words, snake_case, answers
// wrapped in `data`, patients in the address, pages by number, people who sign themselves up, and a schema that holds itself.
export const telehealth = `
openapi: 3.0.3
info: { title: Telehealth, version: 2.4.0 }
servers: [{ url: 'https://api.telehealth.example/api/v1/' }]
paths:
  /register:
    post:
      operationId: registerUser
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Registration' } } } }
      responses: { '201': { content: { application/json: { schema: { $ref: '#/components/schemas/UserAnswer' } } } } }
  /login:
    post:
      operationId: createToken
      requestBody:
        content:
          application/json:
            schema: { type: object, required: [username, password], properties: { username: { type: string }, password: { type: string } } }
      responses:
        '200':
          content:
            application/json:
              schema: { type: object, properties: { data: { type: object, properties: { access_token: { type: string }, refresh_token: { type: string } } } } }
  /login/refresh:
    post: { operationId: refreshToken, responses: { '200': { description: ok } } }
  /logout:
    post: { operationId: logout, responses: { '204': { description: ok } } }
  /users/{user_id}:
    delete:
      operationId: deleteUser
      parameters: [{ name: user_id, in: path, required: true, schema: { type: string } }]
      responses: { '204': { description: ok } }
  /users/{user_id}/appointments:
    parameters: [{ name: user_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: listAppointments
      parameters: [{ name: page, in: query, schema: { type: integer } }, { name: page_size, in: query, schema: { type: integer } }]
      responses: { '200': { content: { application/json: { schema: { $ref: '#/components/schemas/AppointmentList' } } } } }
    post:
      operationId: createAppointment
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/NewAppointment' } } } }
      responses: { '201': { content: { application/json: { schema: { type: object, properties: { data: { $ref: '#/components/schemas/Appointment' } } } } } } }
  /appointments/{id}/cancel:
    post:
      operationId: cancelAppointment
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { '200': { description: ok } }
  /videos/{video_id}/stream:
    get:
      operationId: streamVideo
      parameters: [{ name: video_id, in: path, required: true, schema: { type: string } }]
      responses: { '200': { content: { video/mp4: { schema: { type: string, format: binary } } } } }
  /doctors:
    get:
      operationId: listDoctors
      responses: { '200': { content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/User' } } } } } }
components:
  schemas:
    Registration:
      allOf:
        - type: object
          required: [email, password, region]
          properties: { email: { type: string }, password: { type: string }, region: { type: string, enum: [north, south] } }
        - type: object
          properties: { first_name: { type: string }, last_name: { type: string }, date_of_birth: { type: string }, shoe_size: { type: integer } }
    User:
      type: object
      properties: { id: { type: string }, email: { type: string }, carers: { type: array, items: { $ref: '#/components/schemas/User' } } }
    UserAnswer: { type: object, properties: { data: { $ref: '#/components/schemas/User' } } }
    NewAppointment:
      type: object
      required: [reason, scheduled_at]
      properties: { reason: { type: string }, scheduled_at: { type: string } }
    Appointment:
      type: object
      properties: { id: { type: string }, reason: { type: string }, patient: { $ref: '#/components/schemas/User' }, video: { $ref: '#/components/schemas/Video' } }
    Video: { type: object, properties: { id: { type: string }, duration: { type: integer } } }
    AppointmentList:
      type: object
      properties: { data: { type: array, items: { $ref: '#/components/schemas/Appointment' } }, total: { type: integer } }
`;
