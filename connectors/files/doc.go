// Package files keeps the bytes of attachments: in a folder of this machine, or in an S3-compatible store.
//
//	Put: reader -> temporary file, counted and hashed -> what is it? -> folder or bucket, under a random name
//
// What it promises:
//   - a file is what its content says: only pictures that decode and PDF documents are taken, whatever they are called;
//   - nothing that was refused, or whose reading failed, is left behind;
//   - a name never reaches the disk or the bucket: files lie under random ids, and an id of another shape finds nothing;
//   - once Put has returned, the file is on disk (a folder), or the store has said that it has it (S3).
package files
