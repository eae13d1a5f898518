package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"guichet/bot"
)

// bucket keeps files in an S3-compatible store.
type bucket struct {
	client       *minio.Client
	name, prefix string
}

// usualEndpoint is Amazon's own.
const usualEndpoint = "https://s3.amazonaws.com"

// tries is how often a request is made before somebody who waits for it is told.
const tries = 3

// startLimit is how long the store may take to say that the bucket is there.
const startLimit = 15 * time.Second

func openBucket(ctx context.Context, o Options) (*bucket, error) {
	malformed := errors.New("the place for files (--files) is malformed: it should read s3://bucket/prefix?endpoint=https://host&region=name")
	u, err := url.Parse(o.Place)
	if err != nil || u.Scheme != "s3" || u.Host == "" || u.User != nil {
		return nil, malformed
	}
	query := u.Query()
	for name := range query {
		if name != "endpoint" && name != "region" {
			return nil, malformed
		}
	}
	given := query.Get("endpoint")
	if given == "" {
		given = usualEndpoint
	}
	endpoint, err := url.Parse(given)
	if err != nil || endpoint.Host == "" || endpoint.Scheme != "https" && endpoint.Scheme != "http" || strings.Trim(endpoint.Path, "/") != "" {
		return nil, malformed
	}
	if o.AccessKey == "" || o.SecretKey == "" {
		return nil, errors.New("files in an S3-compatible store need its keys: set GUICHET_S3_ACCESS_KEY and GUICHET_S3_SECRET_KEY")
	}
	client, err := minio.New(endpoint.Host, &minio.Options{
		Creds: credentials.NewStaticV4(o.AccessKey, string(o.SecretKey), ""), Secure: endpoint.Scheme == "https", Region: query.Get("region"),
		MaxRetries: tries,
	})
	if err != nil {
		return nil, malformed
	}
	b := &bucket{client: client, name: u.Host, prefix: strings.Trim(u.Path, "/")}
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	exists, err := client.BucketExists(ctx, b.name)
	if err != nil {
		return nil, fmt.Errorf("the store of files at %s does not let us see the bucket %q (address, region, keys?): %w", endpoint.Host, b.name, err)
	}
	if !exists {
		return nil, fmt.Errorf("there is no bucket %q at %s: make it first", b.name, endpoint.Host)
	}
	return b, nil
}

func (b *bucket) key(id string) string { return path.Join(b.prefix, id[:2], id) }

func (b *bucket) spool() (*os.File, error) { return os.CreateTemp("", "guichet-file-*") }

func (b *bucket) put(ctx context.Context, id string, content *os.File, size int64) error {
	if _, err := content.Seek(0, io.SeekStart); err != nil {
		return err
	}
	// As bytes and no more: whoever opens the bucket to the world must not serve pages with it.
	_, err := b.client.PutObject(ctx, b.name, b.key(id), content, size, minio.PutObjectOptions{ContentType: "application/octet-stream"})
	return err
}

func (b *bucket) open(ctx context.Context, id string) (io.ReadSeekCloser, error) {
	object, err := b.client.GetObject(ctx, b.name, b.key(id), minio.GetObjectOptions{})
	if err != nil {
		return nil, translated(err)
	}
	if _, err := object.Stat(); err != nil { // GetObject itself asks for nothing
		_ = object.Close()
		return nil, translated(err)
	}
	return object, nil
}

func translated(err error) error {
	if err == nil {
		return nil
	}
	if minio.ToErrorResponse(err).StatusCode == http.StatusNotFound || minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		return bot.ErrNotFound
	}
	return err
}

func (b *bucket) remove(ctx context.Context, id string) error {
	err := translated(b.client.RemoveObject(ctx, b.name, b.key(id), minio.RemoveObjectOptions{}))
	if errors.Is(err, bot.ErrNotFound) {
		return nil
	}
	return err
}

func (b *bucket) each(ctx context.Context, before time.Time, page func(ids []string) error) error {
	ctx, cancel := context.WithCancel(ctx) // ends the listing when page fails
	defer cancel()
	pages := pager{page: page}
	prefix := b.prefix
	if prefix != "" {
		prefix += "/"
	}
	for object := range b.client.ListObjects(ctx, b.name, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
		if object.Err != nil {
			return fmt.Errorf("list files: %w", object.Err)
		}
		id := path.Base(object.Key)
		if !idShape.MatchString(id) || object.Key != b.key(id) || !object.LastModified.Before(before) {
			continue
		}
		if err := pages.add(id); err != nil {
			return err
		}
	}
	return pages.flush()
}

func (b *bucket) owner(ctx context.Context, claim string) (string, error) {
	key := path.Join(b.prefix, ownerName)
	for range 2 {
		object, err := b.client.GetObject(ctx, b.name, key, minio.GetObjectOptions{})
		if err != nil {
			return "", err
		}
		owner, err := io.ReadAll(io.LimitReader(object, 1000))
		_ = object.Close()
		if err = translated(err); !errors.Is(err, bot.ErrNotFound) {
			return strings.TrimSpace(string(owner)), err
		}
		if _, err := b.client.PutObject(ctx, b.name, key, strings.NewReader(claim), int64(len(claim)), minio.PutObjectOptions{}); err != nil {
			return "", err
		}
	}
	return "", errors.New("what was written cannot be read")
}
