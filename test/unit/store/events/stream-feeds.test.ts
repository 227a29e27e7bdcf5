import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecentEvents } from '../../../../src/store/events/recent-events.ts';
import { StreamFeeds } from '../../../../src/store/events/stream-feeds.ts';
import { FORWARDER, READER } from '../../../support/events.ts';

const NAME = { forwarderId: FORWARDER, readerIp: READER };

test('a stream that is found before its birth is told keeps what was announced of it', (t) => {
  const feeds = new StreamFeeds(new RecentEvents());
  t.after(() => feeds.close());
  const feed = feeds.obtain(NAME);
  feeds.bind(feed, 's1');
  feeds.announceStored([{ streamId: 's1', position: 5 }]);
  feeds.announceBirth(NAME, 's1');
  assert.deepEqual([feed.streamId, feed.head, feed.births], ['s1', 5, 1]);
  feeds.announceBirth(NAME, 's2');
  assert.deepEqual([feed.streamId, feed.head, feed.births], ['s2', 0, 2]);
});

test('a stream that nobody receives any more is forgotten, also by a look-up that was under way', () => {
  const feeds = new StreamFeeds(new RecentEvents());
  const feed = feeds.obtain(NAME);
  assert.equal(feeds.obtain({ ...NAME }), feed);
  feeds.release(feed);
  assert.equal(feeds.size, 1);
  feeds.release(feed);
  assert.equal(feeds.size, 0);
  feeds.bind(feed, 's1');
  assert.equal(feed.streamId, undefined);
});
