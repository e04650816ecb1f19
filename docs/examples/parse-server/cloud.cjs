// Cloud Code of the clinic on Parse: with a user goes all that is theirs. Parse itself deletes no object with its user, and no file with
// the object that names it: without this, an erased patient's recordings would go on being served under their addresses.
Parse.Cloud.beforeDelete(Parse.User, async ({ object: user }) => {
  for (const className of ['Recording', 'Consultation']) {
    const query = new Parse.Query(className).equalTo('patient', user).limit(1_000);
    for (const object of await query.find({ useMasterKey: true })) await object.destroy({ useMasterKey: true });
  }
});

Parse.Cloud.afterDelete('Recording', ({ object: recording }) => recording.get('file').destroy({ useMasterKey: true }));
